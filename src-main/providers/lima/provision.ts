import { parse } from 'yaml';
import { z } from 'zod';
import { sh, type ShellCommand } from '../../machines/command.ts';

/** What `cloudConfig` writes, and nothing else: what is not translated here would be lost without a word. */
const cloudConfigSchema = z.strictObject({
  hostname: z.string(),
  preserve_hostname: z.boolean(),
  users: z.tuple([
    z.strictObject({
      name: z.string(),
      shell: z.string(),
      lock_passwd: z.literal(true),
      sudo: z.string(),
      ssh_authorized_keys: z.array(z.string()),
    }),
  ]),
  ssh_pwauth: z.literal(false),
  ssh_deletekeys: z.boolean(),
  ssh_keys: z.strictObject({ ed25519_private: z.string(), ed25519_public: z.string() }),
  locale: z.literal(false),
  package_update: z.literal(false),
  package_upgrade: z.literal(false),
});

/** The fixed address of a VM on `lima0`. */
export interface FixedAddress {
  readonly mac: string;
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
}

/** Lima's cloud-init takes each boot for the first one: it would name the machine anew and make other host keys (lima-vm/lima#678). */
const KEEP = `# Written by Hoplab
preserve_hostname: true
ssh_deletekeys: false
ssh_genkeytypes: [ed25519]
ssh_pwauth: false
`;

/**
 * A provision script of mode `system` that does what a node's cloud-config says, and gives it its address. Lima runs it as root at every
 * boot. The host key is in place before there is an address at which somebody could ask for it.
 * @param userData `#cloud-config` …
 */
export function provisionScript(userData: string, fixed: FixedAddress): string {
  const { hostname, users, ssh_keys: hostKey } = cloudConfigSchema.parse(parse(userData));
  const [user] = users;
  const script = sh`
    #!/bin/sh
    set -eu
    umask 022
    printf '%s\\n' "$PARAM_hoplab" > /etc/hoplab-vm
    printf '%s' ${KEEP} > /etc/cloud/cloud.cfg.d/99-hoplab.cfg
    name=${hostname}
    [ "$(hostname)" = "$name" ] || hostnamectl set-hostname "$name"
    grep -qw "$name" /etc/hosts || echo "127.0.1.1 $name" >> /etc/hosts

    user=${user.name}
    id "$user" > /dev/null 2>&1 || useradd --create-home --shell ${user.shell} "$user"
    home=$(getent passwd "$user" | cut -d: -f6)
    printf '%s %s\\n' "$user" ${user.sudo} > /etc/sudoers.d/90-hoplab
    chmod 440 /etc/sudoers.d/90-hoplab
    install -d -m 700 -o "$user" -g "$(id -gn "$user")" "$home/.ssh"
    printf '%s\\n' ${user.ssh_authorized_keys} > "$home/.ssh/authorized_keys"
    chown "$user:" "$home/.ssh/authorized_keys"
    chmod 600 "$home/.ssh/authorized_keys"

    key=/etc/ssh/ssh_host_ed25519_key
    if ! printf '%s' ${hostKey.ed25519_private} | cmp -s - "$key"; then
      rm -f /etc/ssh/ssh_host_*
      (umask 077; printf '%s' ${hostKey.ed25519_private} > "$key")
      printf '%s\\n' ${hostKey.ed25519_public} > "$key.pub"
      systemctl try-restart ssh
    fi

    file=/etc/systemd/network/05-hoplab.network
    if ! printf '%s' ${networkFile(fixed)} | cmp -s - "$file"; then
      printf '%s' ${networkFile(fixed)} > "$file"
      networkctl reload
      networkctl reconfigure lima0
    fi`;
  return forTemplate(script);
}

/** Comes before the file that netplan makes of Lima's own, and takes its place (systemd.network(5): the first that matches counts). */
function networkFile({ mac, address, prefix, gateway }: FixedAddress): string {
  return [
    '# Written by Hoplab',
    '[Match]',
    `MACAddress=${mac}`,
    'Type=ether',
    '',
    '[Network]',
    `Address=${address}/${prefix}`,
    '',
    '[Route]',
    `Gateway=${gateway}`,
    'Metric=100',
    '',
  ].join('\n');
}

/** Lima reads a script as a template of Go's. */
function forTemplate(script: ShellCommand): string {
  return `${script.replaceAll('{{', '{{"{{"}}')}\n`;
}
