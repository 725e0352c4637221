import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aliasLineSchema } from '../../../src-main/contract/lines.ts';
import { program } from '../../../src-main/cli/program.ts';
import { readLabFile } from '../../../src-main/lab/read-lab-file.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await tempFolder();
  mkdirSync(join(folder, '.ssh'));
  writeFileSync(join(folder, '.ssh', 'lab'), '');
  writeFileSync(
    join(folder, '.ssh', 'config'),
    'Host cp w1\n  User ops\n  IdentityFile ~/.ssh/lab\nHost cp\n  HostName 192.168.7.10\nHost w1\n  HostName 192.168.7.205\n  Port 2222\n',
  );
  vi.stubEnv('HOME', folder);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function hoplab(...args: readonly string[]) {
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream] += text.toString();
      return true;
    });
  }
  const code = await program(['node', 'hoplab', '--lang', 'en', '-f', join(folder, 'lab.yaml'), ...args]);
  return { code, ...texts };
}

describe('init with aliases of ~/.ssh/config', () => {
  it('asks for nothing that they say, and tells what it took', async () => {
    const { code, stdout } = await hoplab('init', 'cp', 'w1');
    expect([code, stdout.split('\n').slice(0, 2)]).toEqual([
      0,
      [
        `cp: 192.168.7.10 from ~/.ssh/config (alias cp): user ops, key ${folder}/.ssh/lab`,
        `w1: 192.168.7.205 from ~/.ssh/config (alias w1): user ops, port 2222, key ${folder}/.ssh/lab`,
      ],
    ]);
    const text = readFileSync(join(folder, 'lab.yaml'), 'utf8');
    expect(text).toContain('- { name: cp, role: control-plane, address: cp }');
    expect(text).toContain('ssh: { sudo: passwordless }');
    const lab = await readLabFile(join(folder, 'lab.yaml'));
    expect(lab.nodes.map(({ address, ssh }) => [address, ssh.user, ssh.port])).toEqual([
      ['192.168.7.10', 'ops', 22],
      ['192.168.7.205', 'ops', 2222],
    ]);
    expect(lab.loadBalancer.pool).toBe('192.168.7.149-192.168.7.199'); // without the address of w1
  });

  it('tells a program in lines, and leaves out what was stated', async () => {
    const { stdout } = await hoplab('--json', 'init', '--nodes', 'master=cp,192.168.7.11', '--user', 'me');
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => aliasLineSchema.parse(JSON.parse(line)))).toEqual([
      {
        event: 'ssh-config',
        machine: 'master',
        address: '192.168.7.10',
        alias: 'cp',
        key: join(folder, '.ssh', 'lab'),
        skipped: [],
      },
    ]);
  });

  it('writes nothing when one is not there', async () => {
    const { code, stderr } = await hoplab('init', 'cp', 'w2');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'nodes[1].address: "w2" is neither an IPv4 address nor an alias of ~/.ssh/config. Did you mean w1?',
    );
    expect(existsSync(join(folder, 'lab.yaml'))).toBe(false);
  });
});
