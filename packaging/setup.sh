#!/bin/sh
# Makes this checkout ready: system packages (Debian and its relatives), .venv with the pinned and hashed
# Python packages, the program itself as an editable install. Safe to run again; `make` calls it when needed.
set -eu
cd "$(dirname "$0")/.."

window='libegl1 libgl1 libglib2.0-0 libfontconfig1 libfreetype6 libxkbcommon0 libdbus-1-3'
screen='libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
    libxcb-render-util0 libxcb-shape0 libxcb-xkb1
    xvfb xauth openbox x11-xserver-utils xdotool fonts-liberation'
# What the capture browser stands on; libnss3-tools gives its tests an authority of their own.
browser='libnss3 libnss3-tools libxcomposite1 libxdamage1 libxrandr2 libxtst6 libasound2 libgbm1 libxkbfile1
    libxcb-dri3-0'
# The other kinds of desktop: a Wayland session without a screen, and what browsers tell about their address.
desktops='sway xwayland grim xdg-desktop-portal xdg-desktop-portal-wlr xdg-desktop-portal-gtk dbus-x11 pipewire
    wireplumber at-spi2-core'
other_side='age openssl openssh-client chromium pngcheck poppler-utils qpdf'
# What `make bench` compares with; only there.
bench='scrot maim wkhtmltopdf borgbackup'

say() { printf '%s\n' "$*" >&2; }

is_installed() {
    # Newer releases renamed some libraries (…t64); either name will do.
    dpkg-query -W -f='${db:Status-Status}\n' "$1" "$1t64" 2>/dev/null | grep -qx installed
}

suitable() { # PYTHON: 3.11 to 3.14
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if suitable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
}

system_packages() { # PACKAGE…
    command -v dpkg-query >/dev/null 2>&1 || {
        say 'This is not Debian: install by hand what packaging/setup.sh lists, under the names your system uses.'
        return 0
    }
    missing=''
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    python=$(find_python)
    if [ -z "$python" ]; then
        missing="$missing python3 python3-venv"
    elif ! "$python" -c 'import ensurepip' 2>/dev/null; then
        missing="$missing $("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
    fi
    [ -n "$missing" ] || return 0

    if [ "$(id -u)" -eq 0 ]; then
        as_root='env'
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root='sudo -n env'
    else
        say "These system packages are missing; install them with: sudo apt-get install$missing"
        exit 1
    fi
    say "Installing system packages:$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086  # words are meant to be split
    if ! { $as_root DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } \
        >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        say "The system packages could not be installed. Try: sudo apt-get install$missing"
        exit 1
    fi
    rm -f "$log"
}

python_packages() {
    if ! suitable .venv/bin/python; then
        python=$(find_python)
        [ -n "$python" ] || {
            say 'No Python 3.11 to 3.14 was found. Install one, or name it: make PYTHON=/path/to/python3 …'
            exit 1
        }
        rm -rf .venv
        "$python" -m venv .venv
    fi
    say 'Installing Python packages into .venv (about 600 MB; some minutes the first time).'
    pip() { .venv/bin/python -m pip -qq --disable-pip-version-check "$@"; }
    pip install --require-hashes --only-binary :all: -r packaging/requirements-build.txt
    pip install --require-hashes --only-binary :all: --no-binary bagit,dkimpy --no-build-isolation \
        -r packaging/requirements-dev.txt
    pip install --no-build-isolation --no-deps --editable .
}

case ${1:-} in
'')
    # shellcheck disable=SC2086
    system_packages $window $screen $browser $desktops $other_side
    python_packages
    touch .venv/ready
    ;;
bench)
    # shellcheck disable=SC2086
    system_packages $bench
    ;;
*)
    say 'usage: packaging/setup.sh [bench]'
    exit 64
    ;;
esac
