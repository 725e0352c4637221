import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fatal, toldFile } from './fail.ts';

export const limaHome = process.env['LIMA_HOME'] ?? join(process.env['HOME'] ?? '/', '.lima');
const file = join(limaHome, '_config', 'networks.yaml');

interface Networks {
  readonly paths: { readonly socketVMNet: string; readonly varRun: string; readonly sudoers: string };
  readonly group: string;
  readonly networks: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const AT_FIRST = (socketVmnet: string) => `# Path to socket_vmnet executable.
paths:
# socketVMNet requires Lima >= 0.12 .
  socketVMNet: "${socketVmnet}"
  varRun: /private/var/run/lima
  sudoers: /private/etc/sudoers.d/lima

group: admin

networks:
  user-v2:
    mode: user-v2
    gateway: 192.168.104.1
    netmask: 255.255.255.0
  shared:
    mode: shared
    gateway: 192.168.105.1
    dhcpEnd: 192.168.105.254
    netmask: 255.255.255.0
  bridged:
    mode: bridged
    interface: en0
    # bridged mode doesn't have a gateway; dhcp is managed by outside network
  host:
    mode: host
    gateway: 192.168.106.1
    dhcpEnd: 192.168.106.254
    netmask: 255.255.255.0
`;

/** Loaded where it is needed: it takes longer than most of what this program does. */
export function parseYaml(text: string): unknown {
  const { parse } = createRequire(import.meta.url)('yaml') as { parse: (text: string) => unknown };
  return parse(text);
}

/** networks.yaml, which is written where it is not there. */
export function loadNetworks(): Networks {
  if (!existsSync(file)) {
    mkdirSync(join(limaHome, '_config'), { recursive: true });
    writeFileSync(file, AT_FIRST(toldFile('socket_vmnet') ?? '/opt/socket_vmnet/bin/socket_vmnet'));
  }
  try {
    return parseYaml(readFileSync(file, 'utf8')) as Networks;
  } catch (error) {
    return fatal(`cannot parse \`${file}\`: ${String(error)}`);
  }
}

/** The content of /etc/sudoers.d/lima: it names the DHCP range. */
export function sudoers(): string {
  const { paths, group, networks } = loadNetworks();
  const lines = [`%${group} ALL=(root:wheel) NOPASSWD:NOSETENV: /bin/mkdir -m 775 -p ${paths.varRun}`];
  for (const name of Object.keys(networks).sort()) {
    const { mode, gateway, dhcpEnd, netmask, interface: device } = networks[name] ?? {};
    if (mode === 'user-v2') continue;
    const pid = `${paths.varRun}/${name}_socket_vmnet.pid`;
    const range =
      mode === 'bridged'
        ? `--vmnet-interface=${device}`
        : `--vmnet-gateway=${gateway} --vmnet-dhcp-end=${dhcpEnd} --vmnet-mask=${netmask}`;
    lines.push('', `# Manage "${name}" network daemons`, '', `%${group} ALL=(root:wheel) NOPASSWD:NOSETENV: \\`);
    lines.push(
      `    ${paths.socketVMNet} --pidfile=${pid} --socket-group=${group} --vmnet-mode=${mode} ${range} ${paths.varRun}/socket_vmnet.${name}, \\`,
      `    /usr/bin/pkill -F ${pid}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** What keeps the network from being started; undefined: nothing. */
export function networkComplaint(): string | undefined {
  const { paths } = loadNetworks();
  if (!existsSync(paths.socketVMNet))
    return `networks.yaml: \`${paths.socketVMNet}\` (\`paths.socketVMNet\`) has to be installed`;
  const installed = toldFile('sudoers');
  const hint = `(Hint: run \`limactl sudoers >etc_sudoers.d_lima && sudo install -o root etc_sudoers.d_lima "${paths.sudoers}"\`))`;
  if (installed === undefined)
    return `can't read \`${paths.sudoers}\`: open ${paths.sudoers}: no such file or directory: ${hint}`;
  if (installed !== sudoers().trim())
    return `sudoers file \`${paths.sudoers}\` is out of sync and must be regenerated ${hint}`;
  return undefined;
}
