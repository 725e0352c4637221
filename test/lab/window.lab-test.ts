import { afterAll, beforeAll, describe, expect as expectValue, test } from 'vitest';
import { expect, type Page } from '@playwright/test';
import type { OpenWindow } from '../e2e/doors.ts';
import { words } from '../e2e/words.ts';
import { finishedLab } from './finished-lab.ts';
import { allDone, hasGateway, ofEveryLab, reachable } from './gateway-images.ts';
import { accept, exec, info, link, nginxReplicaSets } from './lab.ts';
import { expectPicture, hasBrowser, openLabFile, openOnClient } from './window-on-lab.ts';
import { ALL, onlyWithAll } from './with-all.ts';

const KUBECTL = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl';
/** Milliseconds: all stages take up to two minutes on a machine that does nothing else. */
const ROLLED_OUT = 500_000;
/** The stage from which on all is undone before one click brings it again. */
const FROM = ALL ? 'connect' : 'cluster-dns';
onlyWithAll(
  'one click on bare machines (not on a lab without its names), and a window that opens while a node is away',
);

describe.skipIf(!hasBrowser)('the window on the real lab', () => {
  let window: OpenWindow;
  let page: Page;

  beforeAll(async () => {
    await finishedLab();
    window = await openOnClient();
    ({ page } = window);
  });
  afterAll(() => window.close());

  test('the form of a new lab shows the key of a host while its address is typed, and then what the host is', async () => {
    const { ssh } = await info();
    await page.getByRole('button', { name: 'New lab', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User').fill('lab');
    await dialog.getByLabel('Private key').fill(ssh.key);
    await dialog.getByLabel('Address of the control plane').pressSequentially('192.168.2.10');
    await dialog.getByRole('button', { name: 'Accept' }).click();
    const { stdout } = await exec('cp', 'echo "$(hostname) · $(dpkg --print-architecture) · $(nproc) CPUs"');
    await expect(dialog.getByText(stdout.trim())).toBeVisible();
    await page.keyboard.press('Escape');
    await openLabFile(page);
  });

  test('asks about the host key of each other machine, with its fingerprint, before it connects', async () => {
    const { nodes } = await info();
    for (let left = nodes.length; left > 0; left -= 1) {
      const question = page.getByRole('dialog', { name: 'Is this the right machine?' });
      const fingerprint = (await question.getByText(/SHA256:/).textContent()) ?? '';
      const own = await Promise.all(
        [...nodes.map(({ name }) => name), 'client'].map((name) =>
          exec(name, 'cat /etc/ssh/ssh_host_*_key.pub | while read -r key; do echo "$key" | ssh-keygen -lf -; done'),
        ),
      );
      expectValue(own.some(({ stdout }) => stdout.includes(fingerprint.trim()))).toBe(true);
      await question.getByRole('button', { name: 'Accept and pin this key' }).click();
      await expect(question.getByText(fingerprint)).toBeHidden();
    }
    const done = page.getByText(`${String(reachable.length)} of ${String(ofEveryLab.length)} done`);
    await expect(done).toBeVisible({ timeout: 30_000 }); // all machines are read first
    await expectPicture(page);
  });

  test('a pod that is deleted goes from the picture, and the one in its place comes', async () => {
    const names = async () => (await exec('cp', `${KUBECTL} -n prod get pods -o name`)).stdout.trim().split('\n');
    const [before = ''] = await names();
    await exec('cp', `${KUBECTL} -n prod delete ${before} --grace-period=1`);
    await expectPicture(page);
    expectValue(await names()).not.toContain(before);
  });

  test('a terminal on a node is a shell there', async () => {
    await page.getByRole('link', { name: 'Terminals' }).click();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('menuitem', { name: 'k8s-worker1' }).click();
    const terminal = page.locator('.xterm').first();
    await terminal.click();
    await page.keyboard.type('echo "on $(hostname)" as $(id -un)\n');
    await expect(terminal).toContainText('on k8s-worker1 as lab');
    await page.goBack();
  });

  test.skipIf(!hasGateway)('a packet is followed, and what the kernels say is shown', async () => {
    await page.getByRole('link', { name: 'Paths' }).click();
    await page.getByLabel('Target').fill('http://url-shortener.staging.k8s.local/hostname');
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await expect(page.getByText(/Answered: HTTP 200/).first()).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText('Return path').first()).toBeVisible();
    await page.getByRole('link', { name: 'Lab', exact: true }).click();
  });

  test.skipIf(!hasGateway || !ALL)(
    'opens though a node is away, says so, shows what is known, and takes the node in when it comes back',
    async () => {
      await link('w2', 'down');
      try {
        page = await window.reopen();
        await page.getByRole('link', { name: 'Lab', exact: true }).click();
        await expect(page.getByText('k8s-worker2: unreachable; retrying')).toBeVisible({ timeout: 60_000 });
        await page.getByRole('link', { name: 'Paths' }).click();
        await page.getByLabel('Target').fill('k8s-worker2:30080');
        await page.getByRole('button', { name: 'Follow', exact: true }).click();
        await expect(page.getByText('No ARP reply').first()).toBeVisible({ timeout: 60_000 });
        await page.getByRole('link', { name: 'Lab', exact: true }).click();
      } finally {
        await link('w2', 'up');
      }
      await expect(page.getByText('Connected to every machine')).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText(allDone.en)).toBeVisible({ timeout: 60_000 });
      await expectPicture(page);
    },
  );

  test.skipIf(!hasGateway)(`one click takes machines without ${FROM} to all checks passed`, async () => {
    const before = ofEveryLab.findIndex(({ id }) => id === FROM);
    await page.locator(`#stage-${FROM}`).click();
    await page.getByRole('button', { name: words.en.undo, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: words.en.undo, exact: true }).click();
    // of the first stage there is nothing to undo
    const done = page.getByText(`${String(Math.max(1, before))} of ${String(ofEveryLab.length)} done`);
    await expect(done).toBeVisible({ timeout: ROLLED_OUT });
    await page.getByRole('button', { name: words.en.all }).click();
    await expect(page.getByText(allDone.en)).toBeVisible({ timeout: ROLLED_OUT });
    expectValue((await accept()).wrongs).toEqual([]);
    if (FROM === 'connect') expectValue(await nginxReplicaSets()).toHaveLength(1); // it took the VIP over without a gap
  });
});
