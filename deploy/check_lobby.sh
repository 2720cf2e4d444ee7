#!/bin/sh
# Is this machine fit to be a terminal? Says everything that is not. Usage: deploy/check_lobby.sh [CONFIG]
set -u
cd "$(dirname "$0")/.."
config=${1:-/etc/lobby-kiosk/kiosk.ini}
faults=0
fault() { echo "not fit: $*"; faults=$((faults + 1)); }

# --- the virtual card reader listens on every address and takes any card
for file in /etc/reader.conf.d/vpcd /usr/lib/pcsc/drivers/serial/libifdvpcd.so; do
    [ ! -e "$file" ] || fault "$file is there; remove the package vsmartcard-vpcd"
done

# --- settings and devices
grep -Eq '^mode *= *production *$' "$config" || fault "$config does not say mode = production"
.venv/bin/python -m kiosk --config "$config" config check || fault "the settings have faults"

# --- the reader's daemon must not leave when nobody asks
if systemctl cat pcscd.service 2>/dev/null | grep '^ExecStart=/' | tail -n 1 | grep -q -- --auto-exit; then
    fault "pcscd runs with --auto-exit; install deploy/systemd/pcscd.service.d/resident.conf"
fi

# --- time decides dates and deadlines
[ "$(timedatectl show --property=NTPSynchronized --value 2>/dev/null)" = yes ] || fault "the clock is not synchronised"

[ "$faults" -eq 0 ] && echo "fit" || exit 1
