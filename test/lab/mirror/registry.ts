import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Debian's docker-registry on loopback. */
export interface RunningRegistry {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

/** Who its clients get tokens from, and the certificate that these are signed with. Without it everybody may push and pull. */
export interface TokenIssuer {
  readonly realm: string;
  readonly certificate: string;
}

export const SERVICE = 'mirror';
export const ISSUER = 'mirror';

export async function startRegistry(folder: string, port: number, issuer?: TokenIssuer): Promise<RunningRegistry> {
  const token = issuer && {
    auth: { token: { realm: issuer.realm, service: SERVICE, issuer: ISSUER, rootcertbundle: issuer.certificate } },
  };
  const config = join(folder, `registry-${port}.json`); // YAML reads it
  const storage = { filesystem: { rootdirectory: join(folder, 'registry') } };
  const http = { addr: `127.0.0.1:${port}`, secret: 'of one process' };
  writeFileSync(config, JSON.stringify({ version: '0.1', log: { level: 'error' }, storage, http, ...token }));
  const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; !(await answers(url)); tries += 1) {
    if (tries === 100 || child.exitCode !== null) throw new Error('docker-registry does not answer');
    await sleep(100);
  }
  return { url, stop: () => ended(child) };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`).then(
    () => true,
    () => false,
  );
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await new Promise((resolve) => child.once('exit', resolve));
}
