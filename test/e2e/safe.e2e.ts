import { openWindow } from './doors.ts';
import { expect, hasElectron, test } from './window.ts';

/*
 * What a page that somebody took over could try: each is refused. The page fixture is not used, for the console tells of
 * every refusal.
 */

test('the page has nothing of Node.js', async ({ window: { page } }) => {
  const found = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
  );
  expect(found).toEqual([]);
});

test('the page reaches nobody but Hoplab', async ({ window: { page } }) => {
  const tried = await page.evaluate<string[]>(`(async () => {
    const refused = (work) =>
      work.then(
        () => 'done',
        () => 'refused',
      );
    const socket = new Promise((resolve, reject) => {
      const opened = new WebSocket('wss://example.invalid');
      opened.onopen = resolve;
      opened.onerror = reject;
    });
    const image = new Promise((resolve, reject) => {
      const shown = new Image();
      shown.onload = resolve;
      shown.onerror = reject;
      shown.src = 'https://example.invalid/pixel.png';
    });
    return Promise.all([refused(fetch('https://example.invalid/')), refused(socket), refused(image)]);
  })()`);
  expect(tried).toEqual(['refused', 'refused', 'refused']);
});

test('the page runs no code but its own', async ({ window: { page } }) => {
  const ran = await page.evaluate<{ ran: boolean; violations: string[] }>(`(async () => {
    const violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective));
    const inline = document.createElement('script');
    inline.textContent = 'globalThis.wasRun = true';
    document.body.append(inline);
    const frame = document.createElement('iframe');
    frame.src = 'https://example.invalid/';
    document.body.append(frame);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { ran: 'wasRun' in globalThis, violations };
  })()`);
  expect(ran.ran).toBe(false);
  expect(ran.violations.some((directive) => directive.startsWith('script-src'))).toBe(true);
  expect(ran.violations.some((directive) => directive.startsWith('frame-src'))).toBe(true);
});

test('the window goes nowhere, opens nothing and is granted nothing', async ({ window: { page }, door }) => {
  test.skip(door === 'browser', 'a browser decides this itself');
  const here = page.url();
  const tried = await page.evaluate<string[]>(`(async () => {
    const opened = window.open('https://example.invalid/') === null ? 'refused' : 'opened';
    const notified = await Notification.requestPermission();
    const { state } = await navigator.permissions.query({ name: 'geolocation' });
    const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'refused',
    );
    return [opened, notified, state, camera];
  })()`);
  expect(tried).toEqual(['refused', 'denied', 'denied', 'refused']);
  await page.evaluate(`void setTimeout(() => (location.href = 'https://example.invalid/'), 0)`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(page.url()).toBe(here);
});

test('the app keeps no secret of its environment, which its children would inherit', async ({
  door,
  size,
  language,
}) => {
  test.skip(door === 'browser', 'hoplab serve: test/unit/cli/given-secrets.test.ts');
  test.skip(!hasElectron, 'SKIPPED: no Electron here (ELECTRON_OVERRIDE_DIST_PATH)');
  const secrets = ['HOPLAB_PASSWORD', 'HOPLAB_SUDO_PASSWORD', 'HOPLAB_PASSPHRASE'];
  for (const name of secrets) process.env[name] = 'any';
  const opened = await openWindow(door, { ...size, language }).finally(() => {
    for (const name of secrets) Reflect.deleteProperty(process.env, name);
  });
  const names = await opened.app().evaluate(() => Object.keys(process.env));
  await opened.close();
  expect(names).toContain('HOPLAB_HOME');
  expect(names.filter((name) => secrets.includes(name))).toEqual([]);
});

test('a browser keeps the key of the page where no other port can read it, and the link nowhere', async ({
  page,
  door,
}) => {
  test.skip(door === 'desktop', 'only a browser has one');
  const title = page.getByRole('heading', { name: 'Labs' });
  await expect(title).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
  expect(page.url()).not.toContain('link');
  await page.reload();
  await expect(title).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(new URL(page.url()).origin);
  await expect(other.getByRole('heading', { name: 'Labs' })).toBeVisible();
  await other.close();
});

test('a browser without the key shows what to open instead', async ({ page, door }) => {
  test.skip(door === 'desktop', 'only a browser has one');
  const stranger = await page.context().browser()?.newContext();
  const other = await stranger?.newPage();
  await other?.goto(new URL(page.url()).origin);
  await expect(other?.getByText('Open the latest link that hoplab serve printed.') ?? page.locator('x')).toBeVisible();
  await stranger?.close();
});
