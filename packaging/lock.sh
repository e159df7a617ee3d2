#!/bin/sh
# Makes the pinned lists from pyproject.toml, every file of a version by its hash:
#   packaging/requirements.txt        what users run
#   packaging/requirements-dev.txt    that, and the tools of development
#   packaging/requirements-build.txt  what builds, from requirements-build.in
# Pins that still fit are kept; `packaging/lock.sh --upgrade` moves them. Run it with the oldest supported
# Python (PYTHON=…): conditional dependencies show there.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pip-tools==7.6.2

compile() { # OUTPUT [OPTION…] INPUT
    output=$1
    shift
    "$work/venv/bin/pip-compile" --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
        --no-annotate --no-emit-options --no-emit-trusted-host --newline lf --output-file "$output" "$@"
}

checked() { # OUTPUT
    if grep -nE '://|^ *-' "$1" | grep -vE '^[0-9]+: +--hash=sha256:[0-9a-f]{64}( \\)?$'; then
        echo "$1 holds more than names, versions and hashes." >&2
        exit 1
    fi
}

# click and pytest want it on Windows; resolving on Linux does not see that.
echo 'colorama==0.4.6' >"$work/colorama.in"
compile "$work/colorama.txt" "$work/colorama.in"
sed -i 's/^colorama==0.4.6/& ; sys_platform == "win32"/' "$work/colorama.txt"

compile packaging/requirements.txt "$@" pyproject.toml
compile packaging/requirements-dev.txt "$@" --constraint packaging/requirements.txt --extra dev \
    --extra browser --extra ocr pyproject.toml
compile packaging/requirements-build.txt "$@" --constraint packaging/requirements-dev.txt \
    packaging/requirements-build.in

for list in packaging/requirements.txt packaging/requirements-dev.txt; do
    cat "$work/colorama.txt" >>"$list"
done
sed -i '/^#/d; /^$/d' packaging/requirements*.txt
for list in packaging/requirements*.txt; do
    checked "$list"
done
