#!/bin/sh
# Runs a command beside a libvirt of its own: in a network namespace, with its own state below a folder. Nothing of it is left on this
# computer afterwards: in-own-libvirt.sh FOLDER COMMAND [ARGUMENT]…
set -eu
if [ "${HOPLAB_OWN_LIBVIRT:-}" != yes ]; then
  HOPLAB_OWN_LIBVIRT=yes exec unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc "$0" "$@"
fi
folder=$1
shift
ip link set lo up
mkdir -p "$folder/lib" "$folder/etc" "$folder/cache" "$folder/log"
cp -a /etc/libvirt/. "$folder/etc/"
rm -rf "$folder/etc/qemu/networks" "$folder/etc/qemu/autostart" "$folder/etc/storage"
for part in lib cache log; do mount --bind "$folder/$part" "/var/$part/libvirt"; done
mount --bind "$folder/etc" /etc/libvirt
mkdir -p /run/libvirt
mount -t tmpfs tmpfs /run/libvirt
# no AppArmor, and no user to change to for files below a folder that only root enters
{ echo 'security_driver = "none"'; echo 'user = "root"'; echo 'group = "root"'; echo 'remember_owner = 0'; echo 'cgroup_controllers = []'; } >> "$folder/etc/qemu.conf"
# a processor of its own is not always whole in a computer that is itself a VM: it is emulated, as where there is none
if [ -e /dev/kvm ] && [ "${HOPLAB_VM_KVM:-}" != yes ]; then mount --bind /dev/null /dev/kvm; fi
virtlogd --daemon
libvirtd --daemon
tries=0
until virsh -q -c qemu:///system uri > /dev/null 2>&1; do
  tries=$((tries + 1)); [ $tries -lt 100 ] || { cat "$folder"/log/* >&2; exit 1; }
  sleep 0.2
done
"$@"
