import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { AppLauncher } from '../../../../src-main/engine/launcher/app-launcher.ts';
import { FakeMac } from '../../../fake-programs/fake-mac.ts';
import { tempFolder } from '../../../machines/temp-folder.ts';
import { root as checkout } from '../../../set-up/built.ts';

const RESOURCE = 'Contents/Resources/hoplab';
const before = { PATH: process.env['PATH'] };
let mac: FakeMac;
let root: string;
let link: string;
let writable: boolean;

beforeEach(async () => {
  mac = new FakeMac();
  Object.assign(process.env, mac.env);
  root = await tempFolder();
  link = join(root, 'usr', 'local', 'bin', 'hoplab');
  writable = false;
});
afterAll(() => void Object.assign(process.env, before));

/** An app with the command in it, whose program shows its words. */
function app(name: string): { bundle: string; launcher: AppLauncher } {
  const bundle = join(root, name);
  const program = join(bundle, 'Contents', 'MacOS', 'Hoplab');
  for (const file of [program, join(bundle, RESOURCE)]) mkdirSync(dirname(file), { recursive: true });
  writeFileSync(program, '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 });
  cpSync(join(checkout, 'packaging', 'mac', 'hoplab'), join(bundle, RESOURCE));
  return { bundle, launcher: launcherOf(program) };
}

function launcherOf(program: string): AppLauncher {
  return new AppLauncher({
    ...{ program, door: 'desktop', platform: 'darwin', root, shell: '/no/such/shell' },
    open: (administrator) => mac.machine(administrator),
    isWritable: async () => writable,
  });
}

const prompts = (): readonly string[] => {
  const file = join(mac.state, 'prompted');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

describe('the command of a Mac’s app', () => {
  it('is a link into the app, for which macOS asks an administrator once and says what for', async () => {
    const { bundle, launcher } = app("Applications/Hoplab's.app");
    expect(await launcher.read()).toEqual({ state: 'absent', path: link, administrator: true });
    expect(await launcher.install()).toMatchObject({ state: 'installed', path: link });
    expect(readlinkSync(link)).toBe(join(bundle, RESOURCE));
    expect(prompts()).toEqual([expect.stringContaining(link), expect.stringContaining(link)]); // in two languages
    expect(await launcher.remove()).toMatchObject({ state: 'absent' });
    expect(prompts()).toHaveLength(4);
  });

  it('starts the command line of the app through any links, with the words as they were typed', async () => {
    writable = true;
    await app('Applications/Hoplab.app').launcher.install();
    const other = join(dirname(link), 'other');
    symlinkSync('hoplab', other);
    for (const command of [link, other])
      expect(spawnSync(command, ['up', "it's $x", ''], { encoding: 'utf8' }).stdout).toBe(
        "--log-level=3|--cli|--|up|it's $x||",
      );
  });

  it('asks nobody where this user may write', async () => {
    writable = true;
    const { launcher } = app('Applications/Hoplab.app');
    expect(await launcher.read()).toMatchObject({ administrator: false });
    expect(await launcher.install()).toMatchObject({ state: 'installed' });
    expect(await launcher.remove()).toMatchObject({ state: 'absent' });
    expect(prompts()).toEqual([]);
  });

  it('changes nothing where the dialog is closed, and shows the command', async () => {
    mac.set('cancel', '');
    const { launcher } = app('Applications/Hoplab.app');
    await expect(launcher.install()).rejects.toMatchObject({
      title: { en: expect.stringContaining('Nothing was changed') as unknown },
      remedy: { en: expect.stringContaining(`ln -sn ${join(root, 'Applications/Hoplab.app', RESOURCE)}`) as unknown },
    });
    expect(existsSync(link)).toBe(false);
  });

  it('of an app that was moved is replaced by one prompt', async () => {
    const old = app('Downloads/Hoplab.app');
    await old.launcher.install();
    const { bundle, launcher } = app('Applications/Hoplab.app');
    const starts = join(old.bundle, RESOURCE);
    expect(await launcher.read()).toEqual({ state: 'outdated', path: link, administrator: true, starts });
    expect(await launcher.install()).toMatchObject({ state: 'installed' });
    expect(readlinkSync(link)).toBe(join(bundle, RESOURCE));
    expect(prompts()).toHaveLength(4);
  });
});

it.each([
  ['a file', (path: string) => writeFileSync(path, '#!/bin/sh\n')],
  ['a link of Homebrew', (path: string) => symlinkSync('../Cellar/hoplab/0.1.0/bin/hoplab', path)],
])('%s in its place is never replaced nor removed', async (_, make) => {
  mkdirSync(dirname(link), { recursive: true });
  make(link);
  const { ino } = lstatSync(link);
  const { launcher } = app('Applications/Hoplab.app');
  expect(await launcher.read()).toMatchObject({ state: 'foreign', path: link });
  await expect(launcher.install()).rejects.toMatchObject({ title: { en: expect.stringContaining(link) as unknown } });
  await expect(launcher.remove()).rejects.toBeInstanceOf(Error);
  expect([lstatSync(link).ino, prompts()]).toEqual([ino, []]);
});

it.each([
  ['/private/var/folders/x/T/AppTranslocation/1-2/d/Hoplab.app/Contents/MacOS/Hoplab', 'move it to the Applications'],
  ['/Volumes/Hoplab 0.1.0-arm64/Hoplab.app/Contents/MacOS/Hoplab', 'move it to the Applications'],
  ['/usr/local/bin/Hoplab', 'Start Hoplab.app'],
])('%s is refused', async (program, remedy) => {
  const launcher = launcherOf(program);
  expect(await launcher.read()).toMatchObject({
    state: 'unavailable',
    reason: { en: expect.stringContaining(remedy) as unknown },
  });
  await expect(launcher.install()).rejects.toMatchObject({
    remedy: { en: expect.stringContaining(remedy) as unknown },
  });
  expect(existsSync(link)).toBe(false);
});
