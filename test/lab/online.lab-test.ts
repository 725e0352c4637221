import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasGateway } from './gateway-images.ts';
import { accept, bare, hoplab, info, nginxReplicaSets, writeLabFile } from './lab.ts';
import { blobsGiven, downloaded, startOnlineSource, type OnlineSource } from './online-source.ts';
import { failures, finished, rollOut } from './roll-out.ts';
import { expectNoSecrets, givenPasswords } from './secrets.ts';
import { ALL, onlyWithAll } from './with-all.ts';

onlyWithAll('all at once through a mirror, a bundle of it, and a mirror that cuts (the story is online)');

/**
 * All from a mirror that behaves as the publishers do, into Hoplab's cache, and from there onto nodes without internet, as a
 * user whose sudo asks for a password.
 */
describe.skipIf(!hasGateway || !ALL)('source: online, through a mirror, as user labpw', () => {
  let online: OnlineSource;
  let env: Record<string, string> = {};
  beforeAll(async () => {
    await bare();
    online = await startOnlineSource();
    await writeLabFile({ user: 'labpw', set: online.keys });
    env = await givenPasswords();
  });
  afterAll(() => online.stop());

  test('bare nodes to all checks; each file and layer is asked for once', async () => {
    const result = await rollOut(['up'], { env });
    expect(failures(result)).toBe('');
    expect((await accept()).wrongs).toEqual([]);
    expect(downloaded(result)).toBeGreaterThan(100e6);
    const paths = blobsGiven(online.mirror);
    expect(paths.length).toBeGreaterThan(20);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('once more: nothing is changed, and nobody is asked', async () => {
    const again = await rollOut(['up'], { env });
    expect(finished(again)).toMatchObject({ status: 'done', changes: 0 });
    expect(downloaded(again)).toBeUndefined();
    expect(online.mirror.asked()).toEqual([]);
  });

  test('NGINX was started once: it took the VIP over without a gap', async () => {
    expect(await nginxReplicaSets()).toHaveLength(1);
  });

  test('no journal holds a secret, the passwords among them that Hoplab was given', () =>
    expectNoSecrets({ journals: 2 }));

  test('bare nodes again: nothing is downloaded', async () => {
    await bare();
    const result = await rollOut(['up', '--to', 'prepare-nodes'], { env });
    expect(failures(result)).toBe('');
    expect(online.mirror.asked()).toEqual([]);
  });

  test('a bundle of it installs without the mirror', async () => {
    const file = join((await info()).state, 'hoplab', 'bundle.tar');
    const created = await hoplab(['bundle', 'create', '--arch', 'amd64', file], { env });
    expect([created.exitCode, created.stdout, created.stderr]).toEqual([0, expect.stringContaining(file), '']);
    expect(online.mirror.asked()).toEqual([]); // all of it is in the cache
    const verified = await hoplab(['bundle', 'verify', file], { env });
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('each has its sha256')]);
    await bare();
    await writeLabFile({ user: 'labpw', set: { source: { bundle: file } } });
    const result = await rollOut(['up'], { env });
    expect(failures(result)).toBe('');
    expect((await accept()).wrongs).toEqual([]);
    expect(online.mirror.asked()).toEqual([]);
    rmSync(file);
  });

  test('a mirror that cuts every second answer: the result is right all the same', async () => {
    rmSync(online.cache, { recursive: true });
    online.mirror.cut(0.5);
    const file = join((await info()).state, 'hoplab', 'cut.tar');
    await writeLabFile({ user: 'labpw', set: online.keys });
    // what is small is asked for a few times only: then the user is told to run it again
    for (let tries = 1; ; tries += 1) {
      const created = await hoplab(['bundle', 'create', '--arch', 'amd64', file], { env });
      if (created.exitCode === 0) break;
      expect(created.stderr).toContain('what is there already is kept');
      expect(tries).toBeLessThan(20);
    }
    online.mirror.cut(0);
    expect((await hoplab(['bundle', 'verify', file], { env })).exitCode).toBe(0);
    expect(existsSync(join(online.cache, 'blobs'))).toBe(true);
    rmSync(file);
  });
});
