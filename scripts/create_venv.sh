# Make .venv with the interpreter that $PYTHON names, or else with the newest one found.
set -eu

fail() {
    echo "make: $1" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if [ -e .venv/pyvenv.cfg ] && [ ! -e .venv/made-by-make ] && [ ! -e .venv/created.stamp ]; then
    fail ".venv was made by something else, and would be replaced. Rename it or remove it, and run make again."
fi

if [ -n "${PYTHON:-}" ]; then
    new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.11 or later. Name another, for example: make book PYTHON=python3.12"
    python=$PYTHON
else
    python=
    for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
        if new_enough "$candidate"; then
            python=$candidate
            break
        fi
    done
    [ -n "$python" ] || fail "no Python 3.11 or later was found. Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make book PYTHON=/path/to/python3"
fi

"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python has no venv module. Install it (Debian, Ubuntu: apt install python3-venv), then run make again."

echo "Creating .venv with $("$python" --version)."
rm -rf .venv
mkdir .venv
touch .venv/made-by-make
"$python" -m venv .venv
