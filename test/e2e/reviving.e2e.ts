import type { DesktopApp } from './doors.ts';
import { expect, test } from './window.ts';

/* The page of the desktop window ends or hangs. The page fixture is not used: it would be gone. */
test.beforeEach(({ door }) => test.skip(door === 'browser', 'a browser does this itself'));

/** What the window shows now. */
const shown = (app: DesktopApp): Promise<string> =>
  app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const text = window?.webContents.executeJavaScript('document.body.innerText') as Promise<string> | undefined;
    const late = new Promise<string>((resolve) => setTimeout(() => resolve(''), 500));
    return Promise.race([text?.catch(() => ''), late]).then((now) => now ?? '');
  });

const crash = (app: DesktopApp): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());

test('a page that crashed comes back, and says so', async ({ window }) => {
  const app = window.app();
  await expect.poll(() => shown(app)).toContain('Labs');
  await crash(app);
  await expect.poll(() => shown(app)).toContain('The window crashed and was reloaded');
  expect(await shown(app)).toContain('Labs');
});

test('a page that hangs is ended, and comes back', async ({ window }) => {
  const app = window.app();
  await expect.poll(() => shown(app)).toContain('Labs');
  await app.evaluate(({ BrowserWindow }) => {
    const [opened] = BrowserWindow.getAllWindows();
    void opened?.webContents.executeJavaScript('for (;;);').catch(() => undefined);
    opened?.emit('unresponsive'); // as Electron says once the user has waited for some time
  });
  await expect.poll(() => shown(app), { timeout: 20_000 }).toContain('The window crashed and was reloaded');
});

test('a page that crashes again and again asks before it is loaded once more', async ({ window }) => {
  const app = window.app();
  await app.evaluate(({ dialog }) => {
    const seen: string[] = [];
    (globalThis as { seen?: string[] }).seen = seen;
    dialog.showMessageBox = (async (_: unknown, { message, buttons }: { message: string; buttons: string[] }) => {
      seen.push(message, ...buttons);
      return { response: 0, checkboxChecked: false };
    }) as unknown as typeof dialog.showMessageBox;
  });
  const asked = (): Promise<string[]> => app.evaluate(() => (globalThis as { seen?: string[] }).seen ?? []);
  for (let count = 0; count < 3; count += 1) {
    await expect.poll(() => shown(app)).toContain('Labs');
    await crash(app);
  }
  await expect.poll(() => shown(app)).toContain('Labs');
  expect(await asked()).toEqual([]);
  await crash(app);
  await expect.poll(asked).toEqual(['The window stopped several times', 'Reload', 'Quit Hoplab']);
  await expect.poll(() => shown(app)).toContain('Labs');
});
