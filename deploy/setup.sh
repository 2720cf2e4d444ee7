#!/bin/sh
# Installs what is missing on a Debian machine: packages, the virtual environment from the hashed lock file, fonts.
# Usage: deploy/setup.sh LIST...   Does nothing, in well under a second, when everything is there.
set -eu
cd "$(dirname "$0")/.."

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# --- Debian packages
missing=""
for package in $(cat "$@" | sed 's/#.*//'); do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "Installing Debian packages:$missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086  the list is meant to be split
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# --- virtual environment
stamp=.venv/requirements.sha256
wanted=$(sha256sum requirements.lock | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    echo "Installing Python packages from requirements.lock"
    [ -x .venv/bin/python ] || /usr/bin/python3 -m venv .venv
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --progress-bar on --require-hashes -r requirements.lock
    echo "$wanted" > "$stamp"
fi

# --- fonts: the simplified Chinese faces of fonts-noto-cjk, rare characters of fonts-hanazono
if [ ! -f .build/fonts/coverage.txt ]; then
    .venv/bin/python -m deploy.fonts --out .build/fonts
fi

# --- pinyin: the dictionary of addresses, made again only where its words changed
.venv/bin/python -m deploy.pinyin --out .build/pinyin

# --- spoken prompts: made again only where words, voice or recording changed
.venv/bin/python -m deploy.clips --out .build/speech
