#!/bin/sh
# key-ring.sh PROGRAM ARGS: runs it in a desktop session that has a key ring of its own, beneath $HOPLAB_HOME.
set -eu
exec dbus-run-session -- sh -c '
  export XDG_DATA_HOME="$HOPLAB_HOME/data" XDG_RUNTIME_DIR="$HOPLAB_HOME/run"
  mkdir -p -m 700 "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR"
  echo password-of-the-key-ring | gnome-keyring-daemon --unlock --components=secrets > /dev/null
  program=$1
  shift
  exec "$program" --password-store=gnome-libsecret "$@"' key-ring "$@"
