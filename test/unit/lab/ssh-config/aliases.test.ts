import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aliasesOfText } from '../../../../src-main/lab/ssh-config/aliases-of-text.ts';
import { aliasWords } from '../../../../src-main/contract/ssh-aliases.ts';
import { labOf, labText, problemsOf, sentences } from '../../../lab-file/example.ts';
import { tempFolder } from '../../../machines/temp-folder.ts';

const CONFIG = `
Host cp
  HostName 192.168.2.10
  User ops
  Port 2222
  IdentityFile ~/.ssh/lab
  ProxyJump gate@bastion
Host w1
  HostName w1.example.test
Host bastion
  HostName 203.0.113.7
  Port 2022
  IdentityFile ~/.ssh/bastion
Host lost
  HostName lost.example.test
Host tunnel
  ProxyCommand nc %h %p
Host far
  ProxyJump one,two
Host behind
  ProxyJump cp
Host local
  HostName 127.0.0.1
Match host 192.168.2.10 exec "false"
  User never
`;

async function surroundings(config = CONFIG) {
  const home = await tempFolder();
  mkdirSync(join(home, '.ssh'));
  writeFileSync(join(home, '.ssh', 'config'), config);
  writeFileSync(join(home, '.ssh', 'lab'), '');
  return {
    config: join(home, '.ssh', 'config'),
    asker: { user: 'taro', home },
    resolve: async (name: string) => {
      if (name !== 'w1.example.test') throw new Error(`getaddrinfo ENOTFOUND ${name}`);
      return '192.168.2.11';
    },
  };
}

const node = (address: string, more = '') =>
  `  - { name: k8s-master, role: control-plane, address: ${address}${more} }`;

async function labWith(lines: Readonly<Record<number, string>>) {
  const text = labText(lines);
  const where = await surroundings();
  return { home: where.asker.home, lab: labOf(text, { aliases: await aliasesOfText(text, where) }) };
}

async function refusedFor(lines: Readonly<Record<number, string>>, config = CONFIG): Promise<string[]> {
  const text = labText(lines);
  return sentences(problemsOf(text, { aliases: await aliasesOfText(text, await surroundings(config)) }));
}

describe('an alias as the address of a machine', () => {
  it('brings the address and all that the lab file does not state, without the ssh of the lab file', async () => {
    const { lab, home } = await labWith({
      3: node('cp'),
      4: '  - { name: k8s-worker1, role: worker, address: w1 }',
      5: '',
      6: '',
    });
    const [cp, worker] = lab.nodes;
    expect(cp).toMatchObject({
      address: '192.168.2.10',
      ssh: {
        user: 'ops',
        port: 2222,
        key: join(home, '.ssh', 'lab'),
        jump: { address: '203.0.113.7', user: 'gate', port: 2022, key: join(home, '.ssh', 'bastion') },
      },
    });
    // a name is resolved here; OpenSSH logs in as the user of this computer
    expect(worker).toMatchObject({ address: '192.168.2.11', ssh: { user: 'taro', port: 22 } });
    expect(worker?.alias).toEqual({ alias: 'w1', user: 'taro', skipped: [] });
    expect(cp?.alias && aliasWords(cp.alias, cp.address).en).toBe(
      `192.168.2.10 from ~/.ssh/config (alias cp): user ops, port 2222, key ${home}/.ssh/lab, jump host gate@203.0.113.7:2022. ` +
        '"Match exec" is not evaluated, nothing is run: what stands below it was left out',
    );
  });

  it('gives way to what the lab file states, for the machine or for all', async () => {
    const { lab } = await labWith({
      3: node('cp', ', ssh: { port: 22, jump: { address: 192.168.2.1 } }'),
      6: 'ssh: { user: lab, agent: true }',
    });
    expect(lab.nodes[0]).toMatchObject({
      ssh: { user: 'lab', port: 22, agent: true, jump: { address: '192.168.2.1' } },
    });
    expect(Object.keys(lab.nodes[0]?.alias ?? {})).toEqual(['alias', 'key', 'skipped']);
  });

  it('may be that of the client as well', async () => {
    const { lab } = await labWith({ 9: 'client: { address: cp }', 3: node('192.168.2.13') });
    expect(lab.client).toMatchObject({ kind: 'ssh', address: '192.168.2.10', ssh: { user: 'lab', port: 2222 } });
  });

  it.each([
    ['cq', '3:55 nodes[0].address: "cq" is neither an IPv4 address nor an alias of ~/.ssh/config. Did you mean cp?'],
    [
      'nothing-like-it',
      '3:55 nodes[0].address: "nothing-like-it" is neither an IPv4 address nor an alias of ~/.ssh/config. Write four numbers from 0 to 255, for example 192.168.2.10, or an alias that is there.',
    ],
    [
      'lost',
      '3:55 nodes[0].address: The alias lost stands for lost.example.test, of which no IPv4 address is known here (getaddrinfo ENOTFOUND lost.example.test). Write the IPv4 address as HostName in ~/.ssh/config, or here.',
    ],
    [
      'tunnel',
      '3:55 nodes[0].address: The alias tunnel is reached by a ProxyCommand, which Hoplab does not run. Write the IPv4 address here and one jump host: ssh: { jump: { address: … } }.',
    ],
    [
      'far',
      expect.stringContaining('The alias far is reached through several jump hosts, but Hoplab goes through one.'),
    ],
    ['behind', expect.stringContaining('The alias behind is reached through several jump hosts')],
    ['local', expect.stringContaining('No machine can have the address 127.0.0.1: it is a loopback address.')],
    [
      '192.168.2.300',
      '3:55 nodes[0].address: "192.168.2.300" is not an IPv4 address. Write four numbers from 0 to 255, for example 192.168.2.10.',
    ],
  ])('%s is refused at its place', async (address, told) => {
    expect(await refusedFor({ 3: node(address) })).toEqual([told]);
  });

  it('that two nodes share is one address twice', async () => {
    const told = await refusedFor({ 3: node('cp'), 4: '  - { name: w, role: worker, address: 192.168.2.10 }' });
    expect(told).toEqual([expect.stringContaining('Give every machine its own address.')]);
  });

  it('is refused with the place in the config when that cannot be read', async () => {
    const [told] = await refusedFor({ 3: node('cp') }, 'Host "cp\n');
    expect(told).toContain('nodes[0].address: This would be an alias of ~/.ssh/config, which cannot be read (');
    expect(told).toContain('.ssh/config: Unexpected line break');
  });

  it('without a user anywhere is not needed, but a plain address needs one', async () => {
    expect(await refusedFor({ 3: node('cp'), 6: 'ssh: { sudo: password }' })).toEqual([
      '6:1 ssh.user: The key "user" is missing. Add user here.',
    ]);
  });
});
