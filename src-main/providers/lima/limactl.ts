import { z } from 'zod';
import type { Fact } from '../../facts/fact.ts';
import { sh } from '../../machines/command.ts';

/** Major and minor number of Lima; undefined: it is not installed. */
export const limaVersion: Fact<readonly [number, number] | undefined> = {
  id: 'lima-version',
  command: sh`limactl --version`,
  accept: [0, 127],
  parse: ({ stdout, exitCode }) => {
    if (exitCode === 127) return undefined;
    const [, major, minor] = /^limactl version v?(\d+)\.(\d+)/.exec(stdout) ?? [];
    if (major === undefined || minor === undefined) throw new Error('no version of limactl');
    return [Number(major), Number(minor)];
  },
};

const instanceSchema = z.object({
  name: z.string(),
  status: z.string(),
  errors: z.array(z.string()).default([]),
  param: z.record(z.string(), z.string()).default({}),
  network: z.array(z.object({ lima: z.string().optional() })).default([]),
});

/** An instance as `limactl list --json` has it (pkg/limatype/lima_instance.go). */
export type Instance = z.infer<typeof instanceSchema>;

/** All instances of this user. Their `config` has the provision scripts, with private keys: it stays unread. */
export const limaInstances: Fact<readonly Instance[]> = {
  id: 'lima-instances',
  command: sh`limactl list --json --yq ${'del(.config)'}`,
  slow: true,
  parse: ({ stdout }) =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => instanceSchema.parse(JSON.parse(line))),
};

/** Whether Lima may start its network as root without a password; it says why not. */
export const limaSudoers: Fact<{ readonly ready: boolean; readonly said: string }> = {
  id: 'lima-sudoers',
  command: sh`limactl sudoers --check`,
  accept: 'any',
  slow: true,
  parse: ({ exitCode, stderr }) => ({ ready: exitCode === 0, said: stderr.trim() }),
};

/** Lima's own folder, and its networks.yaml where there is one. */
export const limaNetworks: Fact<{ readonly home: string; readonly text: string | undefined }> = {
  id: 'lima-networks',
  command: sh`
    home=\${LIMA_HOME:-$HOME/.lima}
    echo "$home"
    [ ! -e "$home/_config/networks.yaml" ] || { echo there; cat "$home/_config/networks.yaml"; }`,
  parse: ({ stdout }) => {
    const [home = '', there, ...lines] = stdout.split('\n');
    return { home, text: there === 'there' ? lines.join('\n') : undefined };
  },
};

/** `uname -m`, as Lima and its releases write it. */
export const processor: Fact<'x86_64' | 'arm64'> = {
  id: 'processor',
  command: sh`uname -m`,
  parse: ({ stdout }) => {
    const name = stdout.trim();
    if (name === 'x86_64') return name;
    if (name === 'arm64' || name === 'aarch64') return 'arm64';
    throw new Error(`Lima has no VMs for ${name}`);
  },
};

/** Whether a program is there and may be run. */
export function executable(path: string): Fact<boolean> {
  return {
    id: 'executable',
    command: sh`test -x ${path}`,
    accept: [0, 1],
    parse: ({ exitCode }) => exitCode === 0,
  };
}
