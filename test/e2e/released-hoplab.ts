import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectHome } from '../../packaging/app/project-home.ts';
import { root } from '../set-up/built.ts';

/** This Hoplab as a release makes it: it knows its home, whose releases a mirror on loopback has. */
export interface ReleasedHoplab {
  readonly from: string;
  readonly env: Readonly<Record<string, string>>;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** Tag of the newest release; undefined: the mirror has lost the list. May be changed. */
  newest: string | undefined;
  readonly close: () => void;
}

export async function releasedHoplab(): Promise<ReleasedHoplab> {
  const from = mkdtempSync(join(tmpdir(), 'hoplab-released-'));
  for (const part of ['main', 'preload', 'renderer'])
    cpSync(join(root, 'out', part), join(from, 'out', part), { recursive: true });
  symlinkSync(join(root, 'resources'), join(from, 'resources'));
  const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object;
  const homepage = projectHome({ GITHUB_REPOSITORY: 'somebody/hoplab' });
  writeFileSync(join(from, 'package.json'), JSON.stringify({ ...project, homepage }));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { newest } = released;
    response.writeHead(newest === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(newest === undefined ? {} : [{ tag_name: newest }]));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  const close = (): void => {
    server.closeAllConnections();
    server.close();
    rmSync(from, { recursive: true, force: true });
  };
  const env = { HOPLAB_MIRROR: mirror, ...Object.fromEntries(proxies.map((name) => [name, ''])) };
  const released: ReleasedHoplab = { from, env, asked, newest: 'v9.0.0', close };
  return released;
}
