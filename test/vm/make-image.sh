#!/bin/sh
# Makes a bootable cloud image of Debian 12 with cloud-init, from Debian's packages alone, without loop devices: make-image.sh FILE.qcow2
# It has a second address, 192.168.123.60, as which it is the lab's client as well. Its kernel is told that the emulated clock is reliable; without that, everything in an emulated VM takes three times as long.
set -eu
image=$1
work=$(mktemp -d "${image%/*}/image.XXXXXX")
trap 'rm -rf "$work"' EXIT

mmdebstrap --variant=minbase --mode=root --include="$(echo \
  linux-image-cloud-amd64 systemd-sysv systemd-resolved dbus udev netplan.io cloud-init cloud-guest-utils openssh-server sudo \
  iproute2 iptables nftables conntrack kmod procps curl ca-certificates iputils-ping iputils-arping bind9-dnsutils gzip \
  util-linux mount ebtables ethtool socat less | tr ' ' ',')" \
  --customize-hook='echo "datasource_list: [NoCloud, None]" > "$1/etc/cloud/cloud.cfg.d/90-datasource.cfg"' \
  --customize-hook='echo "/dev/vda1 / ext4 defaults 0 1" > "$1/etc/fstab"' \
  --customize-hook='chroot "$1" systemctl enable systemd-networkd ssh' \
  --customize-hook='printf "[Unit]\nAfter=network-online.target\nWants=network-online.target\n[Service]\nType=oneshot\nExecStart=ip addr replace 192.168.123.60/32 dev eth0\n[Install]\nWantedBy=multi-user.target\n" > "$1/etc/systemd/system/client-address.service"' \
  --customize-hook='chroot "$1" systemctl enable client-address' \
  --customize-hook='rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/machine-id"; : > "$1/etc/machine-id"' \
  --customize-hook='cp "$1"/boot/vmlinuz-* "$1/boot/vmlinuz"; cp "$1"/boot/initrd.img-* "$1/boot/initrd.img"' \
  bookworm "$work/root.tar"

mkdir "$work/root"
tar -xf "$work/root.tar" -C "$work/root"
rm "$work/root.tar"
mkdir -p "$work/root/boot/grub"
cat > "$work/root/boot/grub/grub.cfg" <<'GRUB'
linux /boot/vmlinuz root=/dev/vda1 rw console=ttyS0 tsc=reliable clocksource=tsc net.ifnames=0
initrd /boot/initrd.img
boot
GRUB

# A partition at 1 MiB; GRUB's core behind the master boot record, as grub-bios-setup would put it.
mkfs.ext4 -q -F -L root -d "$work/root" "$work/part" 3G
truncate -s 3073M "$work/disk"
echo 'start=2048, type=83, bootable' | sfdisk -q "$work/disk"
dd if="$work/part" of="$work/disk" bs=1M seek=1 conv=notrunc,sparse status=none
grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o "$work/core.img" biosdisk part_msdos ext2 linux normal
dd if=/usr/lib/grub/i386-pc/boot.img of="$work/disk" bs=440 count=1 conv=notrunc status=none
dd if="$work/core.img" of="$work/disk" bs=512 seek=1 conv=notrunc status=none
qemu-img convert -c -O qcow2 "$work/disk" "$work/done.qcow2"
mv "$work/done.qcow2" "$image"
