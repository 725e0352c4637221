import { embed, sh, type ShellCommand } from '../machines/command.ts';

/** What Hoplab switched off on a node: `on DEVICE`, `unit NAME.swap`, `service NAME` lines. */
export const SWAP_NOTE = '/var/lib/hoplab/swap';

/** Services that make swap at boot by themselves: zram-tools, Ubuntu's zram-config, Raspberry Pi OS. */
const MAKERS = ['zramswap.service', 'zram-config.service', 'dphys-swapfile.service'];

const COMMENT_OUT = sh`if [ -e /etc/fstab ]; then sed -i -E 's/^([^#[:space:]][^[:space:]]*[[:space:]]+[^[:space:]]+[[:space:]]+swap([[:space:]].*)?)$/# Hoplab: \\1/' /etc/fstab; fi`;

/**
 * Switches swap off now and at boot. fstab is one place where swap comes from; units of systemd (zram-generator's, and those
 * of disks) are masked, services that make swap are disabled. All is noted first, so that it can be switched on again.
 */
export function swapOff(): ShellCommand {
  return sh`
    mkdir -p /var/lib/hoplab && {
      awk 'NR > 1 {print "on " $1}' /proc/swaps
      systemctl list-units --type=swap --state=active --plain --no-legend 2> /dev/null | awk '{print "unit " $1}'
      for service in ${MAKERS}; do
        if systemctl is-enabled -q "$service" 2> /dev/null; then echo "service $service"; fi
      done
    } >> ${SWAP_NOTE} && { ${embed(COMMENT_OUT)}; } || exit
    while read -r kind name; do
      case $kind in
        unit)
          systemctl mask -q --now -- "$name" 2> /dev/null || {
            systemctl disable -q --now -- "$name"
            echo "service $name" >> ${SWAP_NOTE}
          } ;;
        service) systemctl disable -q --now -- "$name" ;;
      esac
    done < ${SWAP_NOTE}
    swapoff -a`;
}

/** Takes that back: what was on is on again. What is gone meanwhile, a device for example, is passed over. */
export function swapOn(): ShellCommand {
  return sh`
    if [ -e /etc/fstab ]; then sed -i 's/^# Hoplab: //' /etc/fstab; fi
    if [ -e ${SWAP_NOTE} ]; then
      sort -u ${SWAP_NOTE} | grep '^unit ' | while read -r _ name; do systemctl unmask -q -- "$name"; done
      systemctl daemon-reload
      sort -ru ${SWAP_NOTE} | while read -r kind name; do
        case $kind in
          unit) systemctl start -- "$name" ;;
          service) systemctl enable -q --now -- "$name" ;;
          on) grep -q "^$name " /proc/swaps || swapon "$name" ;;
        esac 2> /dev/null
      done
      rm -f ${SWAP_NOTE}
    fi
    swapon -a`;
}
