import { expect, openRecording, test } from './window.ts';

test('the settings show what is installed for each version of Kubernetes, and who vouches for it', async ({ page }) => {
  await openRecording(page, 'en');
  await page.locator('header a[href$="settings"]').click();
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'What is installed' }) });
  const row = (component: string) => section.getByRole('row').filter({ hasText: component });
  await expect(row('etcd')).toContainText('v3.7.0');
  await expect(row('containerd')).toContainText('pinned');
  await expect(row('containerd')).toContainText('github.com');
  await section.getByRole('radio', { name: 'Kubernetes 1.36.4' }).click();
  await expect(row('etcd')).toContainText('v3.6.8');
  await expect(row('nginx-gateway-fabric')).toContainText('Apache-2.0 AND BSD-2-Clause');
});
