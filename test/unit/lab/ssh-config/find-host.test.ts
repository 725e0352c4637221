import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findHost } from '../../../../src-main/lab/ssh-config/find-host.ts';
import { readSshConfig, SshConfigUnreadable } from '../../../../src-main/lab/ssh-config/read-ssh-config.ts';
import { tempFolder } from '../../../machines/temp-folder.ts';
import { hasProgram } from '../../has-program.ts';

const hasSsh = hasProgram('ssh', '-V');

/** Writes a config and the files it includes. Returns its path. */
async function written(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await tempFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  return join(folder, 'config');
}

const asker = { user: userInfo().username, home: userInfo().homedir };

async function found(files: Readonly<Record<string, string>>, name: string) {
  return findHost(await readSshConfig(await written(files), asker.home), name, asker);
}

/** A config as people write it, with what OpenSSH makes of it in doubtful places. */
const CONFIG = `
# everything
Host cp1 "master"   # two names
  HostName 192.168.2.10
  User ops
  Port=2222
  IdentityFile ~/.ssh/%h-%r
  IdentityFile "%d/.ssh/my key"
Host cp1
  User late
host w* !w9
  hostname 192.168.2.1%%
  PROXYJUMP bastion
Host w1.lab
  HostName %h.example.com
Match originalhost w3 host "192.168.2.*"
  User matched
Match user matched
  Port 2200
Match localuser nobody-of-that-name
  User never
Match !host 192.168.2.10 originalhost cp1
  IdentityFile ~/.ssh/never
Host jumpy
  ProxyJump ops@bastion:2022,second
  HostName 192.168.2.30
Host direct
  ProxyCommand none
  ProxyJump none
Host bastion
  HostName 192.168.2.1
  User gate
Host *
  User anyone
  IdentityFile ~/.ssh/all
`;

describe('a host of an ssh config', () => {
  it.skipIf(!hasSsh).for(['cp1', 'master', 'w1', 'w9', 'w1.lab', 'w3', 'jumpy', 'direct', 'bastion', 'unknown'])(
    'is %s as the real ssh reads it',
    async (name) => {
      const file = await written({ config: CONFIG });
      const host = findHost(await readSshConfig(file, asker.home), name, asker);
      const said = new Map<string, string[]>();
      for (const line of execFileSync('ssh', ['-G', '-F', file, name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).split('\n')) {
        const [key = '', ...value] = line.split(' ');
        said.set(key, [...(said.get(key) ?? []), value.join(' ')]);
      }
      // ssh -G prints IdentityFile as it stands, and hostname in full
      expect(host.hostName).toBe(said.get('hostname')?.[0]);
      expect(host.user ?? asker.user).toBe(said.get('user')?.[0]);
      expect(String(host.port ?? 22)).toBe(said.get('port')?.[0]);
      expect(host.keys).toHaveLength(said.get('identityfile')?.length ?? 0);
      expect(host.jumps.join(',')).toBe(said.get('proxyjump')?.[0] ?? '');
    },
  );

  it('has tokens, ~ and variables of the environment in its keys', async () => {
    const { keys } = await found({ config: CONFIG }, 'cp1');
    expect(keys).toEqual(['.ssh/192.168.2.10-ops', '.ssh/my key', '.ssh/all'].map((key) => join(asker.home, key)));
    const home = process.env['HOME'] ?? '';
    expect((await found({ config: 'Host a\n IdentityFile ${HOME}/k%%\n IdentityFile none' }, 'a')).keys).toEqual([
      `${home}/k%`,
    ]);
  });

  it('is known only when a Host line other than * is about it', async () => {
    const known = async (name: string) => (await found({ config: CONFIG }, name)).known;
    expect([await known('w1'), await known('w9'), await known('unknown'), await known('cp1')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('may be in files that are included, in their order and within a block', async () => {
    const files = {
      config: 'Include config.d/*.conf none/* missing\nHost a\n  Include inside\nHost b\n  User b',
      'config.d/1.conf': 'Host a\n  User first',
      'config.d/2.conf': 'Host a\n  User second\nHost c\n  Port 3',
      'config.d/.3.conf': 'Host a\n  Port 9',
      inside: 'Port 4\nHost b\n  Port 5',
    };
    expect(await found(files, 'a')).toMatchObject({ user: 'first', port: 4 });
    expect(await found(files, 'c')).toMatchObject({ port: 3 });
    const b = await found(files, 'b'); // its block in `inside` stands within that of a
    expect([b.user, b.port]).toEqual(['b', undefined]);
    const config = await readSshConfig(await written(files), asker.home);
    expect(config.aliases).toEqual(['a', 'c', 'b']);
  });

  it('never runs what Match exec says, and says that it did not', async () => {
    const folder = await tempFolder();
    const trace = join(folder, 'ran');
    const config = `Match originalhost a exec "touch ${trace}"\n  User exec\nMatch final\n  Port 7\nHost a\n  User plain\n`;
    const host = await found({ config }, 'a');
    expect([host.user, host.port, host.skipped]).toEqual(['plain', undefined, ['exec', 'final']]);
    expect((await found({ config }, 'b')).skipped).toEqual(['final']); // another name would not have asked
    expect(existsSync(trace)).toBe(false);
  });

  it('is not there without a config, and one that cannot be read is told', async () => {
    const none = await readSshConfig('/nonexistent/config', asker.home);
    expect(none).toEqual({ settings: [], aliases: [] });
    const broken = async (files: Readonly<Record<string, string>>) =>
      readSshConfig(await written(files), asker.home).catch((error: unknown) => error);
    for (const config of ['Host "a', 'Include config', 'Include config config', 'Include']) {
      expect([config, await broken({ config })]).toEqual([config, expect.any(SshConfigUnreadable)]);
    }
    await expect(readSshConfig('/dev/zero', asker.home)).rejects.toThrow('/dev/zero: not a regular file');
  });
});
