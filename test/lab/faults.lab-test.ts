import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TimedEvent } from '../../src-main/contract/events.ts';
import { stages } from '../../src-main/stages/index.ts';
import { FINISHED, finishedLab } from './finished-lab.ts';
import { hasGateway, UP } from './gateway-images.ts';
import { accept, bare, exec, hoplab, powerOff, powerOn, reset, restore, save, writeLabFile } from './lab.ts';
import { failedChecks, failures, finished, killAt, rollOut } from './roll-out.ts';
import { expectNoSecrets, givenPasswords } from './secrets.ts';
import { ALL, onlyWithAll } from './with-all.ts';

onlyWithAll(
  'a rollout whose sudo asks for a password, killed at ten moments (by default at one, on a finished lab), a power cut of all machines at once, NGINX with addresses of pods that are gone, a node that was reinstalled or lost power',
);

/** In which change Hoplab is killed, and how many milliseconds after it began. */
interface Kill {
  readonly in: RegExp | string;
  readonly moment: number;
}

/**
 * Ten changes, in the order in which they come: by their sentence, or the first of a stage. What is made early may be over
 * when the run before is killed: then the next stage that has a change is hit.
 */
const KILLS: readonly Kill[] = [
  { in: /Install kubelet .* on k8s-worker1/, moment: 300 },
  { in: /Import the control-plane images/, moment: 3000 },
  { in: /Start the control plane/, moment: 4000 },
  { in: /Import the worker images .* k8s-worker2|Create a token/, moment: 1000 },
  { in: /Join k8s-worker1/, moment: 3000 },
  { in: 'pod-network', moment: 100 },
  { in: 'node-port', moment: 50 },
  { in: 'load-balancer-pending', moment: 20 },
  { in: 'metallb', moment: 20 },
  { in: 'gateway', moment: 20 },
];

const ORDER = stages.map(({ id }) => id);

function isHit({ in: where }: Kill, event: TimedEvent): boolean {
  if (event.event !== 'change-started') return false;
  if (typeof where !== 'string') return where.test(event.sentence.en);
  return !event.ahead && ORDER.indexOf(event.stage) >= ORDER.indexOf(where);
}

/** As the user who has most to do with passwords: his sudo asks for one. */
describe('what goes wrong in the middle', () => {
  beforeAll(async () => {
    if (ALL) await bare();
    else await finishedLab();
    await writeLabFile({ user: 'labpw' });
    for (const [name, value] of Object.entries(await givenPasswords())) vi.stubEnv(name, value);
  });
  afterAll(() => void vi.unstubAllEnvs());

  for (const kill of KILLS.filter(({ in: where }) => hasGateway || where !== 'gateway')) {
    test.skipIf(!ALL)(`Hoplab killed ${kill.moment} ms into ${String(kill.in)}`, async () => {
      expect(await killAt((event) => isHit(kill, event), kill.moment)).toBe(true);
    });
  }

  test.skipIf(!ALL)('after the kills the next run ends with all checks passed', async () => {
    const result = await rollOut(UP);
    expect(failures(result)).toBe('');
    expect((await accept()).wrongs).toEqual([]);
    expect(finished(await rollOut(UP)).changes).toBe(0);
  });

  test.skipIf(!ALL)('after a power cut of all machines at once a finished lab is what it was', async () => {
    await expectNoSecrets({ journals: 10 }); // with the disks the journals of then come back
    if (!(await restore(FINISHED))) {
      expect(failures(await rollOut(UP))).toBe('');
      await save(FINISHED);
      expect(await restore(FINISHED)).toBe(true);
    }
    await writeLabFile({ user: 'labpw' });
    expect(failures(await rollOut(UP))).toBe('');
    expect((await accept()).wrongs).toEqual([]);
  });

  test('a lab that somebody changed by hand is understood, though Hoplab is killed in the middle: what is missing comes back', async () => {
    const kubectl = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl';
    await exec(
      'cp',
      `${kubectl} -n metallb-system delete daemonset speaker; ${kubectl} -n prod delete ${hasGateway ? 'httproute shortener' : 'service shortener-service'}`,
    );
    expect(await killAt((event) => event.event === 'change-started', 20)).toBe(true);
    const result = await rollOut(UP);
    expect(failures(result)).toBe('');
    expect(finished(result).changes).toBeGreaterThanOrEqual(1);
    expect((await accept()).wrongs).toEqual([]);
  });

  test.skipIf(!hasGateway || !ALL)(
    'NGINX with the addresses of pods that are gone is noticed, and gets those of today',
    async () => {
      const kubectl = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl';
      await exec(
        'cp',
        `${kubectl} -n nginx-gateway scale deployment nginx-gateway --replicas=0 && ${kubectl} -n nginx-gateway wait --for=delete pod --all --timeout=60s;
      ${kubectl} -n staging rollout restart deployment shortener-service && ${kubectl} -n staging rollout status deployment shortener-service`,
      );
      const seen = await rollOut(['verify', 'gateway']);
      expect(failedChecks(seen).map(({ check }) => check)).toContain('nginx-has-endpoints');
      expect(failures(await rollOut(UP))).toBe('');
      expect((await accept()).wrongs).toEqual([]);
    },
  );

  test.skipIf(!ALL)(
    'a machine that was reinstalled is refused, with both fingerprints, until it is trusted anew',
    async () => {
      await reset(['w1'], { trust: false });
      const refused = await hoplab(UP);
      expect(refused.exitCode).toBe(1);
      expect(refused.stdout).toContain('k8s-worker1 shows a host key that differs from the pinned one');
      expect(refused.stdout.match(/SHA256:\S{43}/g)?.length).toBeGreaterThanOrEqual(2);
      expect((await hoplab(['up', '--accept-new'])).exitCode).toBe(1);
      expect((await hoplab(['trust', '--replace', 'k8s-worker1', '--yes'])).exitCode).toBe(0);
    },
  );

  test.skipIf(!ALL)('it joins again, and is waited for when it loses power meanwhile', async () => {
    let off: Promise<void> | undefined;
    const result = await rollOut(UP, {
      onEvent: (event) => {
        if (off || event.event !== 'change-started' || !event.sentence.en.includes('Join k8s-worker1')) return;
        off = new Promise((resolve) => setTimeout(resolve, 200)) // on a quick machine it joins within a second
          .then(() => powerOff('w1'))
          .then(() => new Promise((resolve) => setTimeout(resolve, 5000)))
          .then(() => powerOn('w1'));
      },
    });
    await off;
    expect(failures(result)).toBe('');
    expect(result.events.some((event) => event.event === 'waiting' && event.machine === 'k8s-worker1')).toBe(true);
    expect((await accept()).wrongs).toEqual([]);
  });

  test('no journal holds a secret, the passwords among them that Hoplab was given', async () => {
    await expectNoSecrets({ journals: 2 });
  });
});
