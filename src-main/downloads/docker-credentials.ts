import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isAbsent } from '../is-absent.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What is known of a registry: a login, none, or why it could not be read (English, for experts; without secrets). */
export interface FoundLogin {
  readonly login?: Login;
  readonly problem?: string;
}

export interface Credentials {
  /** @param registry HOST or HOST:PORT, as images name it */
  of(registry: string): Promise<FoundLogin>;
}

/** Docker's `config.json`: https://docs.docker.com/reference/cli/docker/login/. */
const configSchema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});
type Config = z.infer<typeof configSchema>;

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/** How Docker Hub is named where logins are kept. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
/** Milliseconds for a helper, which may ask the user for the keychain's password. */
const PATIENCE = 30_000;

/** Logins as `docker login` keeps them, in ~/.docker or the folder DOCKER_CONFIG. */
export function dockerCredentials(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Credentials {
  const file = join(environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
  return {
    of: async (host) => {
      const registry = registryOf(host);
      const config = await read(file);
      if (typeof config === 'string') return { problem: config };
      const server = registry === 'docker.io' ? DOCKER_HUB : registry;
      const helper = valueOf(config.credHelpers, registry) ?? config.credsStore;
      if (helper) return askHelper(helper, server);
      return fromAuth(valueOf(config.auths, registry)?.auth, file);
    },
  };
}

/** The configuration, or what is wrong with it. A file that is not there is an empty one. */
async function read(file: string): Promise<Config | string> {
  try {
    return configSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    return isAbsent(error) ? {} : `${file} cannot be read`;
  }
}

/** Keys are hosts, or addresses such as `https://index.docker.io/v1/`. */
function valueOf<Value>(table: Readonly<Record<string, Value>> = {}, registry: string): Value | undefined {
  const found = Object.entries(table).find(([key]) => registryOf(key) === registry);
  return found?.[1];
}

/** As `docker login` takes it: `docker.io` for all names of Docker Hub. */
export function registryOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function fromAuth(auth: string | undefined, file: string): FoundLogin {
  if (!auth) return {};
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return { problem: `a login in ${file} is not USER:PASSWORD in base64` };
  return { login: { username: text.slice(0, colon), password: text.slice(colon + 1) } };
}

/** https://github.com/docker/docker-credential-helpers: the server on the standard input, JSON on the output. */
async function askHelper(name: string, server: string): Promise<FoundLogin> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) return { problem: 'the name of the credential helper is not one' };
  const answer = await run(program, server);
  if (typeof answer !== 'object') return { problem: `${program} ${answer}` };
  if (answer.code !== 0) {
    return /not found/i.test(answer.printed) ? {} : { problem: `${program} ended with exit code ${answer.code}` };
  }
  const parsed = answerSchema.safeParse(plain(answer.printed));
  if (!parsed.success) return { problem: `${program} did not print a login` };
  const { Username: username, Secret: password } = parsed.data;
  if (username === '<token>') return { problem: `${program} has an identity token, which is not supported` };
  return { login: { username, password } };
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What it printed, or why it did not run. */
function run(program: string, input: string): Promise<{ code: number; printed: string } | string> {
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: PATIENCE });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      if (printed.length < 1 << 16) printed += piece;
    });
    child.stdin.on('error', () => undefined); // one that does not read is judged by its exit code
    child.stdin.end(input);
    child.on('error', (error) => resolve(isAbsent(error) ? 'is not installed' : 'cannot be started'));
    child.on('close', (code) => resolve(code === null ? 'did not answer in time' : { code, printed }));
  });
}
