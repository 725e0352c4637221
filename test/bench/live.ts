import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type Page } from '@playwright/test';
import { z } from 'zod';
import { openWindow } from '../e2e/doors.ts';
import { exec, up, writeLabFile } from '../lab/lab.ts';
import { script } from '../lab/script.ts';
import { builtCli } from '../set-up/built.ts';
import { installWindowPackages } from '../set-up/window-packages.ts';

/*
 * `node test/bench/live.ts [ROUNDS]`: how long after a change in the cluster it is on screen, against `kubectl get --watch` on
 * the control plane. Each round makes a pod and waits until both have told it. Needs a lab that is rolled out:
 * npm run lab -- up; npm run lab -- hoplab up
 */

const rounds = Number(process.argv[2] ?? 10);
const KUBECTL = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl -n prod';
const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.56';

const seenSchema = z.record(z.string(), z.number());

installWindowPackages();
builtCli();
await up();
await clear();
const file = await writeLabFile({ user: 'lab' });
const watched = watchWithKubectl();
const { page, close } = await openWindow('browser', {
  width: 1920,
  height: 1080,
  language: 'en',
  within: [script, 'client'],
});
try {
  await openLab(page, file);
  await page.evaluate(noteNewPods());
  const late: { kubectl: number; window: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const name = `bench-${String(round)}-pod`;
    const asked = Date.now();
    await exec('cp', `${KUBECTL} apply -f -`, { input: JSON.stringify(pod(name)) });
    const window = await until(async () => seenSchema.parse(await page.evaluate('seenPods'))[name]);
    const kubectl = await until(() => watched.seen.get(name));
    late.push({ kubectl: kubectl - asked, window: window - asked });
    await exec('cp', `${KUBECTL} delete pod ${name} --now`);
  }
  console.table(late);
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const after = median(late.map(({ kubectl, window }) => window - kubectl));
  console.log(`on screen ${String(after)} ms after kubectl --watch had printed it (median of ${String(rounds)})`);
} finally {
  watched.stop();
  await clear();
  await close();
}

/** Pods of a run that was cut off are gone. */
async function clear(): Promise<void> {
  await exec('cp', `${KUBECTL} delete pod -l app=bench --now`);
}

async function openLab(shown: Page, path: string): Promise<void> {
  await shown.getByRole('button', { name: 'Open a lab file' }).click();
  await shown.getByLabel('Path of the lab file').fill(path);
  await shown.getByRole('button', { name: 'Open', exact: true }).click();
  const accept = shown.getByRole('button', { name: 'Accept and pin this key' });
  const done = shown.getByText(/11 of 11 done/);
  for (;;) {
    await expect(accept.or(done).first()).toBeVisible({ timeout: 30_000 });
    if (await done.isVisible()) break;
    await accept.click();
    await sleep(300);
  }
  await expect(shown.locator('[data-element^="pod/prod/"]').first()).toBeVisible();
}

/** Run in the page: notes when a pod is in the document for the first time. */
function noteNewPods(): string {
  return `globalThis.seenPods = {}; new MutationObserver(() => {
    for (const name of document.body.textContent.match(/bench-\\d+-pod/g) ?? []) seenPods[name] ??= Date.now();
  }).observe(document.body, { subtree: true, childList: true, characterData: true })`;
}

function watchWithKubectl(): { readonly seen: ReadonlyMap<string, number>; readonly stop: () => void } {
  const seen = new Map<string, number>();
  const child = spawn(script, ['exec', 'cp', 'sh', '-c', `${KUBECTL} get pods --watch -o name`], { detached: true });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const name = line.replace('pod/', '');
    if (!seen.has(name)) seen.set(name, Date.now());
  });
  return { seen, stop: () => process.kill(-(child.pid ?? 0)) };
}

async function until<Value>(read: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const value = await read();
    if (value !== undefined) return value;
    await sleep(10);
  }
  throw new Error('nothing came within ten seconds');
}

function pod(name: string): object {
  const containers = [{ name: 'app', image: IMAGE, imagePullPolicy: 'Never', args: ['pause'] }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'bench' } },
    spec: { nodeName: 'k8s-worker1', containers, terminationGracePeriodSeconds: 0 },
  };
}
