# Install what the locks name: "python" the Python packages and lecturekit, "browser-assets" the npm packages.
set -eu

# Run the command quietly; where it fails, say why in one line and keep what it printed.
attempt() {
    log=$1
    shift
    if "$@" >"$log" 2>&1; then
        return
    fi
    if grep -q -E 'NewConnectionError|NameResolutionError|ConnectTimeout|ProxyError|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH' "$log"; then
        echo "make: the package index cannot be reached. Connect to the network (or set its proxy) and run make again. Details: $log" >&2
    else
        cat "$log" >&2
        echo "make: the installation failed; the lines above, kept in $log, say why." >&2
    fi
    exit 1
}

case $1 in
python)
    echo "Installing the Python packages that requirements.txt names (a minute or two the first time)."
    attempt .venv/install.log .venv/bin/python -m pip install --disable-pip-version-check -r requirements.txt
    attempt .venv/install.log .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
    ;;
browser-assets)
    echo "Installing the browser assets that package-lock.json names."
    attempt .venv/install.log .venv/bin/npm ci
    ;;
esac
