import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configuration } from '../../../packaging/app/configuration.ts';
import { root } from '../../set-up/built.ts';
import { projectHome } from '../../../packaging/app/project-home.ts';

const made = (env = {}, arch: 'x64' | 'arm64' = 'arm64') =>
  configuration({ os: 'mac', arch }, join(root, '.cache', 'prebuild'), env);

test('a Mac lets the app reach the lab, and says why in both languages', () => {
  const { NSLocalNetworkUsageDescription: why } = made().mac?.extendInfo as Record<string, string>;
  for (const language of ['en', 'ja']) {
    const file = readFileSync(join(root, 'packaging', 'app', `${language}.lproj`, 'InfoPlist.strings'), 'utf8');
    expect(file).toMatch(/^"NSLocalNetworkUsageDescription" = ".*SSH.*";\n$/);
    if (language === 'en') expect(file).toContain(`"${String(why)}"`);
  }
});

test('it is signed ad hoc unless there is an identity, and notarized only when it is signed', () => {
  expect([made().mac?.identity, made().mac?.notarize]).toEqual(['-', false]);
  const signed = made({ CSC_LINK: 'file', APPLE_API_KEY: 'key' }).mac;
  expect([signed && 'identity' in signed, signed?.notarize, signed?.hardenedRuntime]).toEqual([false, true, true]);
  expect(made({ APPLE_API_KEY: 'key' }).mac?.notarize).toBe(false);
  const empty = made({ CSC_LINK: '', APPLE_ID: '' }).mac;
  expect([empty?.identity, empty?.notarize]).toEqual(['-', false]);
});

test.each(['x64', 'arm64'] as const)('what node-pty starts on %s is signed, and is of that processor', (arch) => {
  const { mac, files } = made({}, arch);
  const name = `node_modules/@lydell/node-pty-darwin-${arch}`;
  expect(mac?.binaries).toEqual([`Contents/Resources/app.asar.unpacked/${name}/spawn-helper`]);
  expect(files).toContainEqual({ from: join(root, '.cache', 'prebuild'), to: name });
});

test('every file that it names is there, and the command can be started', () => {
  const { mac, linux, deb } = made();
  for (const name of [mac?.icon, mac?.entitlements, linux?.icon])
    expect(existsSync(join(root, String(name)))).toBe(true);
  const [command = ''] = String(deb?.fpm).split('=');
  const resources = mac?.extraResources as readonly { from: string; to: string }[];
  const ofMac = resources.find(({ to }) => to === 'hoplab')?.from ?? '';
  for (const file of [command, join(root, ofMac)]) expect(statSync(file).mode & 0o111).toBe(0o111);
});

test('without a repository no real address is in a package', () => {
  expect(projectHome({})).toBe('https://hoplab.invalid/');
  expect(projectHome({ GITHUB_REPOSITORY: 'somebody/hoplab' })).toBe('https://github.com/somebody/hoplab');
  expect(() => projectHome({ GITHUB_REPOSITORY: 'https://x/y/z' })).toThrow('OWNER/NAME');
});
