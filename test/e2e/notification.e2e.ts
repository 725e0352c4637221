import { expect, openRecording, test, words } from './window.ts';

test('the end of a long rollout is told by the system', async ({ page, window, door }) => {
  test.skip(door === 'browser', 'a browser page is told by the browser; it grants that to no test');
  test.slow();
  const app = window.app();
  await app.evaluate(({ Notification, BrowserWindow }) => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      told.push(`${this.title} | ${this.body}`);
    };
    BrowserWindow.getFocusedWindow = () => null; // another window is in front
  });
  const told = async (): Promise<string[]> => app.evaluate(() => (globalThis as unknown as { told: string[] }).told);
  await openRecording(page, 'en');
  await page.getByRole('radio', { name: 'Real time' }).click();
  await page.getByRole('button', { name: words.en.all }).click();
  await page.waitForTimeout(31_000); // a rollout is long from half a minute on
  await expect(page.getByText(words.en.done)).toBeHidden();
  await page.getByRole('radio', { name: 'Instant' }).click();
  await expect(page.getByText(words.en.done)).toBeVisible({ timeout: 200_000 });
  expect(await told()).toEqual(['Hoplab: shortener | Rolled out. All checks passed.']);
});
