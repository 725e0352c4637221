import { expect, openRecording, test, words } from './window.ts';

test('closing while a rollout runs asks first', async ({ page, window, door }) => {
  await openRecording(page, 'en');
  await page.getByRole('radio', { name: 'Real time' }).click();
  await page.getByRole('button', { name: words.en.all }).click();
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  if (door === 'browser') {
    const asked = new Promise<string>((resolve) => {
      page.once('dialog', (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    await page.close({ runBeforeUnload: true });
    expect(await asked).toBe('beforeunload');
    await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  } else {
    const asked = await window.app().evaluate(async ({ BrowserWindow, dialog }) => {
      const seen = new Promise<string[]>((resolve) => {
        dialog.showMessageBox = (async (_: unknown, options: { message: string; buttons: string[] }) => {
          resolve([options.message, ...options.buttons]);
          return { response: 0, checkboxChecked: false };
        }) as unknown as typeof dialog.showMessageBox;
      });
      BrowserWindow.getAllWindows()[0]?.close();
      return seen;
    });
    expect(asked).toEqual(['A rollout is running in shortener', 'Keep it running', 'Stop it and quit']);
    await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByText('The rollout was stopped', { exact: true })).toBeVisible();
});
