import { rulesTexts } from '../../src-renderer/texts/rules-texts.ts';
import { expectAccessible } from './axe.ts';
import { expect, openRecording, rollOutAtOnce, test } from './window.ts';

test.describe('the picture of the lab', () => {
  test.beforeEach(async ({ page }) => {
    await openRecording(page, 'en');
    await rollOutAtOnce(page);
  });

  test('is searched: what is found is marked, also from the overview', async ({ page }) => {
    const topology = page.getByRole('region', { name: /topology/i });
    await topology.getByRole('radio', { name: 'Overview' }).click();
    await expect(topology.locator('[data-tile]')).toHaveCount(3);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('coredns');
    await expect(topology.getByRole('option').first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(topology.locator('[data-pod*="coredns"].outline-accent')).toHaveCount(1);
  });

  test('is narrowed to a namespace, and shows what lets somebody in as rules that unfold', async ({ page }) => {
    const topology = page.getByRole('region', { name: /topology/i });
    await topology.getByRole('combobox', { name: 'Namespace' }).click();
    await page.getByRole('option', { name: 'kube-system' }).click();
    await expect(topology.locator('[data-pod]:not([data-pod^="pod/kube-system/"])')).toHaveCount(0);
    const rule = topology.getByRole('button', { name: /^Chains of \*:30053/ }).first();
    await expect(rule).toHaveAttribute('aria-expanded', 'false');
    await rule.press('Enter');
    await expect(rule).toHaveAttribute('aria-expanded', 'true');
  });

  test('is opened from the overview by its nodes, and by zooming', async ({ page }) => {
    const topology = page.getByRole('region', { name: /topology/i });
    await topology.getByRole('radio', { name: 'Overview' }).click();
    await topology.locator('[data-tile="k8s-worker1"]').click();
    await expect(topology.getByRole('region', { name: 'k8s-worker1' })).toBeVisible();
    for (let step = 0; step < 6; step += 1) await topology.getByRole('button', { name: 'Zoom out' }).click();
    await expect(topology.locator('[data-tile]')).toHaveCount(3);
    await topology.getByRole('button', { name: 'Fit' }).click();
    await expect(topology.getByRole('region', { name: 'k8s-worker1' })).toBeVisible();
  });

  test('follows what is pressed: a VIP, which a client asks for by HTTP, but not the port of DNS', async ({ page }) => {
    const topology = page.getByRole('region', { name: /topology/i });
    const follow = page.getByRole('button', { name: /^Follow / });
    await topology.locator('[data-field="match"][data-value="*:30053"]').first().press('Enter');
    await expect(page.getByRole('button', { name: rulesTexts.open.en })).toBeVisible();
    await expect(follow).toHaveCount(0);
    await page.keyboard.press('Escape');
    await topology.locator('[data-field="match"][data-value="192.168.2.200:80"]').first().press('Enter');
    await follow.click();
    await expect(page.getByRole('heading', { name: 'http://192.168.2.200/' })).toBeVisible();
  });

  test('shows the rules of a Service in each mode that kube-proxy has worked in', async ({ page }) => {
    const topology = page.getByRole('region', { name: /topology/i });
    await topology.locator('[data-field="match"][data-value="192.168.2.200:80"]').first().press('Enter');
    await page.getByRole('button', { name: rulesTexts.open.en }).click();
    const dialog = page.getByRole('dialog', { name: rulesTexts.title('staging/shortener-gateway-nginx').en });
    const column = (mode: string) => dialog.getByRole('columnheader', { name: mode });
    await expect(column('nftables')).toContainText(/\d+ lines · now/);
    for (const mode of ['iptables', 'ipvs']) await expect(column(mode)).not.toContainText('lines');
    await expect(dialog.getByText('goto external-', { exact: false }).first()).toBeVisible();
    await expect(dialog.getByText(rulesTexts.notSeen('ipvs').en)).toBeVisible();
    await expectAccessible(page, 'the rules of a Service');
  });
});
