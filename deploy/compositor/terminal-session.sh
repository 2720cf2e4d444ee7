#!/bin/sh
# One program on the whole glass: cage has no desktop, no menu and, without -s, no way to another console.
# Usage: terminal-session.sh CONFIG      CAGE_OPTIONS="-r" turns the picture for a glass mounted upright.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck disable=SC2086  options are meant to be split
exec cage ${CAGE_OPTIONS:-} -- .venv/bin/python -m kiosk --config "$1" run
