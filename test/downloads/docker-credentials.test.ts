import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerCredentials, type FoundLogin } from '../../src-main/downloads/docker-credentials.ts';
import { tempFolder } from '../machines/temp-folder.ts';

async function of(config: unknown, registry: string): Promise<FoundLogin> {
  const folder = await tempFolder();
  if (config !== undefined)
    await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return dockerCredentials({ DOCKER_CONFIG: folder }).of(registry);
}

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString('base64') });
const login = (username: string, password: string): FoundLogin => ({ login: { username, password } });

test.each<[string, unknown, string, FoundLogin]>([
  ['a host', { auths: { 'r.test': auth('me:p:w') } }, 'r.test', login('me', 'p:w')],
  ['a host with port', { auths: { 'r.test:5000': auth('me:pw') } }, 'r.test:5000', login('me', 'pw')],
  ['another port', { auths: { 'r.test:5000': auth('me:pw') } }, 'r.test', {}],
  ['an address', { auths: { 'https://r.test/v2/': auth('me:pw') } }, 'r.test', login('me', 'pw')],
  [
    'Docker Hub',
    { auths: { 'https://index.docker.io/v1/': auth('me:pw') } },
    'registry-1.docker.io',
    login('me', 'pw'),
  ],
  ['an entry without login', { auths: { 'r.test': {} } }, 'r.test', {}],
  ['no entry', { auths: {} }, 'r.test', {}],
  ['no file', undefined, 'r.test', {}],
])('docker login’s file, %s', async (_what, config, registry, expected) => {
  expect(await of(config, registry)).toEqual(expected);
});

test.each([
  ['no JSON', '{'],
  ['another shape', { auths: [] }],
  ['no colon', { auths: { 'r.test': auth('me') } }],
])('a file that cannot be understood is said to be that: %s', async (_what, config) => {
  expect(await of(config, 'r.test')).toEqual({ problem: expect.stringContaining('config.json') as unknown });
});

/** A helper that is found in PATH: a shell script. */
async function withHelper(script: string, config: unknown, registry: string): Promise<FoundLogin> {
  const folder = await tempFolder();
  const file = join(folder, 'docker-credential-test');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${folder}:${before ?? ''}`;
  try {
    return await of(config, registry);
  } finally {
    process.env['PATH'] = before;
  }
}

const PRINTS = 'server=$(cat); printf \'{"Username":"%s of","Secret":"%s"}\' "$1" "$server"';

test('a helper is asked with the server on its standard input: of the host, else of all', async () => {
  const config = { credHelpers: { 'r.test': 'test' }, credsStore: 'none', auths: { 'r.test': {} } };
  expect(await withHelper(PRINTS, config, 'r.test')).toEqual(login('get of', 'r.test'));
  const all = { credsStore: 'test' };
  expect(await withHelper(PRINTS, all, 'docker.io')).toEqual(login('get of', 'https://index.docker.io/v1/'));
});

test('a helper without a login has none; one that fails, is not there or is no name is a problem without secrets', async () => {
  const config = { credsStore: 'test' };
  expect(await withHelper('echo credentials not found in native keychain; exit 1', config, 'r.test')).toEqual({});
  expect(await withHelper('echo secret; exit 3', config, 'r.test')).toEqual({
    problem: 'docker-credential-test ended with exit code 3',
  });
  expect(await withHelper('echo secret', config, 'r.test')).toEqual({
    problem: 'docker-credential-test did not print a login',
  });
  expect(await of({ credsStore: 'not-there' }, 'r.test')).toEqual({
    problem: 'docker-credential-not-there is not installed',
  });
  expect(await of({ credsStore: '../evil' }, 'r.test')).toEqual({
    problem: 'the name of the credential helper is not one',
  });
});
