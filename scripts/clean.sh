# Remove what make has made, and say so. What a person made stays, and is named.
set -eu

remove() {
    for path in "$@"; do
        if [ -e "$path" ] || [ -L "$path" ]; then
            rm -rf "$path"
            echo "Removed $path."
        fi
    done
}

for folder in _build/html _build/homework _build/jupyter_execute; do
    # JupyterLab makes this beside a notebook that it saves.
    if [ -d "$folder" ] && [ -n "$(find "$folder" -name .ipynb_checkpoints)" ]; then
        echo "Kept $folder: somebody saved a notebook in it. Move that to chapters/my-homework, and run make clean again."
    else
        remove "$folder"
    fi
done
remove _build/.doctrees _build/.jupyter_cache _build/screenshots _build/graders _build/samplers
remove _build/book.stamp _build/solutions.wish _build/toc-without-solutions.yml
if [ -d _build ] && [ -n "$(ls -A _build)" ]; then
    echo "Kept _build: nothing shows that what is still in it was made by make:"
    ls -A _build
else
    remove _build
fi

if [ -e .venv/pyvenv.cfg ] && [ ! -e .venv/made-by-make ] && [ ! -e .venv/created.stamp ]; then
    echo "Kept .venv: it was made by something else."
else
    remove .venv
fi

remove node_modules lecturekit.egg-info .pytest_cache .ruff_cache .hypothesis
