import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprint, KnownHosts } from '../../src-main/machines/known-hosts.ts';
import { testKey } from './ssh2-server.ts';
import { tempFolder } from './temp-folder.ts';

const run = promisify(execFile);
const [one, two, three] = [testKey().hostKey, testKey('rsa').hostKey, testKey().hostKey];

async function newFile(text?: string): Promise<KnownHosts> {
  const file = join(await tempFolder(), 'hoplab', 'known_hosts');
  if (text !== undefined) await mkdir(dirname(file));
  if (text !== undefined) await writeFile(file, text);
  return new KnownHosts(file);
}

test('a pinned key is ok, another one changed, another host unknown', async () => {
  const hosts = await newFile();
  expect((await hosts.verify('192.168.2.10', 22, one.key)).kind).toBe('unknown');
  await hosts.pin('192.168.2.10', 22, one.key);
  expect(await hosts.verify('192.168.2.10', 22, one.key)).toEqual({ kind: 'ok', pinned: [one] });
  expect(await hosts.verify('192.168.2.10', 22, two.key)).toEqual({ kind: 'changed', pinned: [one] });
  expect((await hosts.verify('192.168.2.10', 2222, one.key)).kind).toBe('unknown');
  expect((await hosts.verify('192.168.2.1', 22, one.key)).kind).toBe('unknown');
});

test('the file and its folder are for the user only, and nothing is left beside it', async () => {
  const hosts = await newFile();
  await hosts.pin('node', 22, one.key);
  expect((await stat(hosts.file)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(hosts.file))).mode & 0o777).toBe(0o700);
  expect(await readdir(dirname(hosts.file))).toEqual(['known_hosts']);
});

test('OpenSSH reads what Hoplab wrote, and Hoplab what OpenSSH hashed', async () => {
  const hosts = await newFile();
  await hosts.pin('192.168.2.10', 22, one.key);
  await hosts.pin('192.168.2.10', 2222, two.key);
  await chmod(hosts.file, 0o600);
  const find = async (host: string) => (await run('ssh-keygen', ['-lF', host, '-f', hosts.file])).stdout;
  expect(await find('192.168.2.10')).toContain(one.fingerprint);
  expect(await find('[192.168.2.10]:2222')).toContain(two.fingerprint);
  await run('ssh-keygen', ['-H', '-f', hosts.file]);
  expect(await readFile(hosts.file, 'utf8')).not.toContain('192.168');
  expect(await hosts.lookup('192.168.2.10', 2222)).toEqual([two]);
  expect(await hosts.lookup('192.168.2.11', 22)).toEqual([]);
});

test('lines that are not understood are kept as they are', async () => {
  const text = `# mine\n\n@revoked * ssh-rsa AAAA\nbroken line\nother ssh-ed25519 notbase64!!\nx,10.0.0.1 ${one.type} ${one.key.toString('base64')} comment`;
  const hosts = await newFile(text);
  await hosts.pin('10.0.0.2', 22, two.key);
  expect(await readFile(hosts.file, 'utf8')).toBe(`${text}\n10.0.0.2 ${two.type} ${two.key.toString('base64')}\n`);
  expect(await hosts.lookup('10.0.0.1', 22)).toEqual([one]);
});

test('pinning twice writes one line', async () => {
  const hosts = await newFile();
  await hosts.pin('a', 22, one.key);
  await hosts.pin('a', 22, one.key);
  expect(await hosts.lookup('A', 22)).toEqual([one]);
});

test('replacing takes the old keys of this host away and leaves those of others', async () => {
  const shared = `a,b ${one.type} ${one.key.toString('base64')}\n`;
  const hosts = await newFile(shared);
  await hosts.pin('a', 22, two.key);
  await hosts.replace('a', 22, three.key);
  expect(await hosts.lookup('a', 22)).toEqual([three]);
  expect(await hosts.lookup('b', 22)).toEqual([one]);
});

test('pins from several instances at once are all kept', async () => {
  const { file } = await newFile();
  const ports = Array.from({ length: 40 }, (_, index) => 1000 + index);
  await Promise.all(ports.map((port) => new KnownHosts(file).pin('127.0.0.1', port, one.key)));
  const kept = await Promise.all(ports.map((port) => new KnownHosts(file).lookup('127.0.0.1', port)));
  expect(kept.flat()).toHaveLength(40);
});

test('a file that cannot be read is an error, not an empty list', async () => {
  const folder = await tempFolder();
  await expect(new KnownHosts(folder).lookup('a', 22)).rejects.toThrow(/EISDIR/);
});

test('any text may stand in the file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      const hosts = await newFile(text.replaceAll('\uFEFF', ''));
      await hosts.pin('node', 22, one.key);
      expect(await hosts.lookup('node', 22)).toContainEqual(one);
    }),
    { numRuns: 30 },
  );
});

test('a fingerprint looks as OpenSSH prints it', () => {
  expect(fingerprint(one.key)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});

test('one key of a host is forgotten, and its others stay', async () => {
  const hosts = new KnownHosts(join(await tempFolder(), 'known_hosts'));
  const [first, second] = [testKey('ec').hostKey, testKey('rsa').hostKey];
  await hosts.pin('192.168.2.10', 22, first.key);
  await hosts.pin('192.168.2.10', 22, second.key);
  await hosts.pin('192.168.2.11', 22, first.key);
  await hosts.forget('192.168.2.10', first.fingerprint);
  const left = (await hosts.list()).map(({ host, fingerprint }) => `${host} ${fingerprint}`);
  expect(left).toEqual([`192.168.2.10 ${second.fingerprint}`, `192.168.2.11 ${first.fingerprint}`]);
});
