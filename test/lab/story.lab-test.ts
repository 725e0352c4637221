import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlayedLab, results } from '../recording/play.ts';
import { asRecorded } from './as-recorded.ts';
import { hasGateway, ofEveryLab, reachable, UP } from './gateway-images.ts';
import { accept, bare, client, hoplab, save, writeLabFile, type AcceptStage } from './lab.ts';
import { expectResetToBareNodes } from './bare-nodes.ts';
import { FINISHED } from './finished-lab.ts';
import { blobsGiven, downloaded, startOnlineSource, type OnlineSource } from './online-source.ts';
import { failures, finished, rollOut } from './roll-out.ts';
import { hasBrowser, openOnLab } from './window-on-lab.ts';
import { ALL, onlyWithAll } from './with-all.ts';

/** The stages after which accept.sh has questions. */
const ASKED = new Set<string>(['pod-network', 'node-port', 'metallb', 'gateway', 'cluster-dns', 'client-resolver']);

/** Those of them whose undoing shows from outside at once; the pods of the others run on for a while. */
const SEEN_WHEN_GONE = new Set<string>(['node-port', 'metallb', 'gateway', 'cluster-dns', 'client-resolver']);

const PLAN = ['plan', '--to', reachable.at(-1)?.id ?? '', '--json'];
onlyWithAll(
  'all from publishers (by default from the bundle), a window beside the story, each stage undone and made again (the tests of paths undo some), and the lab once more without a download',
);

/**
 * The whole story as user `lab`: stage by stage, and again. With `--all` with all from publishers (the lab's mirror), each stage back
 * and forth, a window that is open beside shows it, and bare nodes at the end; else the finished lab is left to the others.
 */
describe('bare nodes to the app by its name', () => {
  let recorded: PlayedLab;
  let online: OnlineSource | undefined;
  /** What a plan needs to know: the configurations of images. The window has a cache of its own, and asks for them as well. */
  let forPlan: readonly string[] = [];
  let beside: Awaited<ReturnType<typeof openOnLab>> | undefined;
  beforeAll(async () => {
    recorded = await PlayedLab.open();
    await bare();
    if (hasGateway && ALL) online = await startOnlineSource();
    await writeLabFile({ user: 'lab', set: online?.keys ?? {} });
  });
  afterAll(async () => {
    await beside?.close();
    await online?.stop();
  });

  test('a plan on bare nodes names changes of every stage that has any, and changes nothing', async () => {
    const { exitCode, stdout } = await hoplab(PLAN);
    expect(exitCode).toBe(0);
    expect(planned(stdout)).toEqual(new Set(reachable.map(({ id }) => id).filter((id) => id !== 'connect')));
    expect((await hoplab(PLAN)).stdout).toBe(stdout);
  });

  test.skipIf(!hasBrowser || !ALL)('the window is opened beside', async () => {
    if (online) forPlan = blobsGiven(online.mirror);
    beside = await openOnLab();
  });

  for (const { id } of reachable) {
    test(`up --to ${id} makes the stage true, seen from outside as well, and as in the recording`, async () => {
      const result = await rollOut(['--in-order', 'up', '--to', id]);
      expect(failures(result)).toBe('');
      expect(finished(result)).toMatchObject({ status: 'done', checks: { failed: 0 } });
      expect(results(result.events)).toEqual(asRecorded(recorded, await recorded.up(id)));
      if (ASKED.has(id)) expect((await accept(id as AcceptStage)).wrongs).toEqual([]);
      await beside?.expectPicture();
    });
  }

  test.skipIf(!hasGateway || !ALL)('each file and each layer was asked for once', () => {
    const asked = [...forPlan, ...(online ? blobsGiven(online.mirror) : [])];
    const again = asked.filter((path, at) => asked.indexOf(path) !== at);
    expect(again.filter((path) => !forPlan.includes(path))).toEqual([]);
    expect(new Set(again).size).toBe(again.length);
    expect(new Set(asked).size).toBeGreaterThan(20);
  });

  test.skipIf(!hasGateway)('the last picture of the seed is true: curl by name, from the client', async () => {
    const { stdout } = await client('curl -s -m 5 http://url-shortener.staging.k8s.local/hostname');
    expect(stdout).toMatch(/^shortener-service-/);
  });

  test('the same again makes no change, and nobody is asked', async () => {
    const again = await rollOut(UP);
    expect(finished(again)).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
    expect(downloaded(again)).toBeUndefined();
    expect(online?.mirror.asked() ?? []).toEqual([]);
  });

  test('status and verify say that all is in place', async () => {
    const { stdout } = await hoplab(['status']);
    expect(stdout.match(/^✓/gm)).toHaveLength(reachable.length);
    expect(await missing()).toEqual([]);
    if (!hasGateway) return;
    expect(finished(await rollOut(['verify']))).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
  });

  test.skipIf(!ALL)('its disks are saved', async () => {
    await beside?.close();
    beside = undefined;
    await save(FINISHED);
  });

  for (const { id } of [...reachable].reverse().slice(0, -1)) {
    test.skipIf(!ALL)(`undo ${id}, as in the recording, and up again`, async () => {
      const undone = await rollOut(['undo', id]);
      expect(failures(undone)).toBe('');
      expect(await missing()).toContain(id);
      if (SEEN_WHEN_GONE.has(id)) expect((await accept(id as AcceptStage)).wrongs).not.toEqual([]);
      const played = await PlayedLab.open({ standing: recorded.access.state.standing });
      expect(results(undone.events)).toEqual(asRecorded(played, await played.undo(id)));
      const again = await rollOut(UP);
      expect(failures(again)).toBe('');
      expect(finished(again).changes).toBeGreaterThan(0);
    });
  }

  test.skipIf(!ALL)('after all that it comes up again, as accept.sh wants it', async () => {
    expect(failures(await rollOut(UP))).toBe('');
    expect((await accept()).wrongs).toEqual([]);
  });

  test.skipIf(!ALL)('reset leaves bare nodes: nothing of Kubernetes runs or lies there', async () => {
    await expectResetToBareNodes();
    const { stdout } = await hoplab(PLAN);
    expect(planned(stdout).size).toBe(reachable.length - 1);
  });

  test.skipIf(!hasGateway || !ALL)('bare nodes again: nothing is downloaded', async () => {
    expect(failures(await rollOut(['up', '--to', 'prepare-nodes']))).toBe('');
    expect(online?.mirror.asked()).toEqual([]);
  });
});

/** Ids of the stages that have a change in what `plan --json` printed: before the changes it says what will be downloaded. */
function planned(stdout: string): ReadonlySet<string> {
  const lines = stdout.trim().split('\n');
  return new Set(lines.flatMap((line) => (JSON.parse(line) as { stage?: string }).stage ?? []));
}

/** Ids of the stages that have something left to change, as `status` tells. */
async function missing(): Promise<readonly string[]> {
  const { exitCode, stdout } = await hoplab(['status', '--json']);
  expect(exitCode).toBe(hasGateway ? 0 : 1); // else the Gateway's stage says that its images are not there
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { stage: string; done: boolean });
  expect(told.map(({ stage }) => stage)).toEqual(ofEveryLab.map(({ id }) => id));
  const reached = new Set(reachable.map(({ id }) => id));
  return told.filter(({ stage, done }) => !done && reached.has(stage)).map(({ stage }) => stage);
}
