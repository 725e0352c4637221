import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppLauncher, type LauncherOptions } from '../../../../src-main/engine/launcher/app-launcher.ts';
import { root as checkout } from '../../../set-up/built.ts';
import { tempFolder } from '../../../machines/temp-folder.ts';

/** A program that shows the words that it is started with. */
const SHOWN = '#!/bin/sh\nprintf "%s|" "$@"\n';

interface Computer {
  readonly root: string;
  readonly home: string;
  readonly command: string;
  /** Makes a program that shows its words. */
  readonly program: (name: string, text?: string) => string;
  readonly launcher: (options: Partial<LauncherOptions>) => AppLauncher;
}

async function computer(): Promise<Computer> {
  const root = await tempFolder();
  const home = join(root, "home of O'Neil");
  const program = (name: string, text = SHOWN): string => {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o755 });
    return file;
  };
  const shell = program('bin/bash', `#!/bin/sh\nexport PATH=/usr/bin:/bin\nexec /bin/sh "$@"\n`);
  return {
    ...{ root, home, program, command: join(home, '.local', 'bin', 'hoplab') },
    launcher: (options) =>
      new AppLauncher({
        program: undefined,
        door: 'desktop',
        platform: 'linux',
        home,
        root,
        env: {},
        shell,
        ...options,
      }),
  };
}

const appImage = async () => {
  const made = await computer();
  const image = made.program("Apps/Hoplab $1 it's.AppImage");
  const mount = join(made.root, '.mount_HoplabX1');
  const program = made.program('.mount_HoplabX1/hoplab-desktop');
  return { ...made, image, mount, program, app: made.launcher({ program, env: { APPIMAGE: image, APPDIR: mount } }) };
};

describe('the command of an AppImage', () => {
  it('starts the AppImage, not its mount, with the words as they were typed', async () => {
    const { app, command, image, mount } = await appImage();
    expect(await app.read()).toEqual({ state: 'absent', path: command, administrator: false });
    expect(await app.install()).toMatchObject({ state: 'installed', path: command, shell: { name: 'bash' } });
    expect(lstatSync(command).mode & 0o777).toBe(0o755);
    expect(readFileSync(command, 'utf8')).not.toContain(mount);
    const { stdout } = spawnSync(command, ['trace', "a 'b' $c", ''], { encoding: 'utf8' });
    expect(stdout).toBe("--no-sandbox|--log-level=3|--cli|--|trace|a 'b' $c||");
    expect(spawnSync('sh', ['-n', command]).status).toBe(0);
    expect(existsSync(image)).toBe(true);
  });

  it('is one of another version until it is installed again, and goes when it is removed', async () => {
    const { app, command, launcher, program, image } = await appImage();
    await app.install();
    const other = launcher({ program, env: { APPIMAGE: `${image}.new`, APPDIR: dirname(program) } });
    expect(await other.read()).toEqual({ state: 'outdated', path: command, administrator: false, starts: image });
    await expect(other.install()).rejects.toMatchObject({ title: { en: `${image}.new is no longer there` } });
    writeFileSync(`${image}.new`, SHOWN, { mode: 0o755 });
    expect(await other.install()).toMatchObject({ state: 'installed' });
    expect(await app.remove()).toMatchObject({ state: 'absent' });
    expect(existsSync(command)).toBe(false);
    expect(await app.remove()).toMatchObject({ state: 'absent' });
  });

  it('is none where nothing says which file it is, and APPIMAGE of another program is not believed', async () => {
    const { launcher, mount, program, root } = await appImage();
    for (const env of [{}, { APPDIR: mount }]) {
      expect(await launcher({ program, env }).read()).toMatchObject({
        state: 'unavailable',
        reason: { en: expect.stringContaining('Start the AppImage itself') as unknown },
      });
    }
    const installed = launcher({
      program: join(root, 'opt/Hoplab/hoplab-desktop'),
      env: { APPIMAGE: '/home/user/Editor.AppImage', APPDIR: '/tmp/.mount_Editor' },
    });
    expect(await installed.read()).toMatchObject({ state: 'absent' });
    await expect(installed.install()).rejects.toMatchObject({
      title: { en: `${join(root, 'opt/Hoplab/hoplab-desktop')} is no longer there` },
    });
  });
});

describe('what is not ours', () => {
  const make: Readonly<Record<string, (path: string) => void>> = {
    'a file': (path) => writeFileSync(path, '#!/bin/sh\nexec /opt/other --cli -- "$@"\n'),
    'a link of npm': (path) => symlinkSync('../lib/node_modules/hoplab/out/main/cli.cjs', path),
    'a folder': (path) => mkdirSync(path),
    'something that begins like ours': (path) =>
      writeFileSync(path, '#!/bin/sh\n# Written by Hoplab: its settings remove it.\nexec rm -r "$HOME"\n'),
  };

  it.each(Object.keys(make))('%s stays as it is', async (kind) => {
    const { app, command } = await appImage();
    mkdirSync(dirname(command), { recursive: true });
    make[kind]?.(command);
    const before = lstatSync(command);
    expect(await app.read()).toMatchObject({ state: 'foreign', path: command });
    for (const change of [() => app.install(), () => app.remove()])
      await expect(change()).rejects.toMatchObject({
        title: { en: expect.stringContaining(`${command} is not Hoplab's`) as unknown },
      });
    const { ino, mtimeMs } = lstatSync(command);
    expect([ino, mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it('says where a link leads', async () => {
    const { app, command } = await appImage();
    mkdirSync(dirname(command), { recursive: true });
    symlinkSync('/elsewhere/hoplab', command);
    expect(await app.read()).toMatchObject({ what: { en: 'a link to /elsewhere/hoplab' } });
  });
});

it('what cannot be read is unknown, and nothing is written', async () => {
  const { app, home } = await appImage();
  mkdirSync(home);
  writeFileSync(join(home, '.local'), 'a file in the place of the folder');
  expect(await app.read()).toMatchObject({ state: 'unknown', reason: expect.stringContaining('ENOTDIR') as unknown });
  await expect(app.install()).rejects.toMatchObject({ title: { en: expect.stringContaining('ENOTDIR') as unknown } });
});

it('the deb brings the command itself: there is nothing to install or remove', async () => {
  const { launcher, program, root, command } = await computer();
  const path = join(root, 'usr', 'bin', 'hoplab');
  const packaged = readFileSync(join(checkout, 'packaging', 'linux', 'hoplab'), 'utf8');
  program('usr/bin/hoplab', packaged);
  const app = launcher({ program: '/opt/Hoplab/hoplab-desktop' });
  expect(await app.read()).toEqual({ state: 'provided', path });
  await expect(app.install()).rejects.toMatchObject({ title: { en: `${path} belongs to the package of the system` } });
  await expect(app.remove()).rejects.toBeInstanceOf(Error);
  expect(readFileSync(path, 'utf8')).toBe(packaged);
  // an unpacked app beside an installed one is another one
  expect(await launcher({ program: program('unpacked/hoplab-desktop') }).read()).toMatchObject({
    state: 'absent',
    path: command,
  });
});

it('a checkout and a page have none, nor has another system; each says why', async () => {
  const { launcher } = await computer();
  const why = async (options: Partial<LauncherOptions>) => {
    const told = await launcher(options).read();
    return told.state === 'unavailable' ? told.reason.en : told.state;
  };
  expect(await why({})).toContain('runs from a checkout');
  expect(await why({ door: 'browser' })).toContain('not the desktop app');
  expect(await why({ program: 'C:\\Hoplab.exe', platform: 'win32' })).toContain('macOS and Linux only');
  await expect(launcher({}).install()).rejects.toMatchObject({ title: { en: 'This window runs from a checkout' } });
});

describe('the PATH of the shell', () => {
  const installedWith = async (text: string, name = 'bash') => {
    const { launcher, program } = await computer();
    const app = launcher({ program: program('app/hoplab-desktop'), shell: program(`shells/${name}`, text) });
    const state = await app.install();
    return { shell: state.state === 'installed' ? state.shell : undefined };
  };
  const withPath = (path: string, before = '') => `#!/bin/sh\n${before}\nexport PATH="${path}"\nexec /bin/sh "$@"\n`;

  it.each([
    ['bash', `echo 'export PATH="$HOME/.local/bin:$PATH"' >> ~/.bashrc`],
    ['zsh', `echo 'export PATH="$HOME/.local/bin:$PATH"' >> ~/.zshrc`],
    ['dash', `echo 'export PATH="$HOME/.local/bin:$PATH"' >> ~/.profile`],
    ['fish', 'fish_add_path "$HOME/.local/bin"'],
  ])('%s without the folder gets one line to add', async (name, add) => {
    const { shell } = await installedWith(withPath('/usr/bin:/bin', 'echo PATH=/nonsense'), name);
    expect(shell).toEqual({ name, inPath: false, add, first: null });
  });

  it('is in order with the folder, unless another hoplab comes first', async () => {
    const other = await tempFolder();
    writeFileSync(join(other, 'hoplab'), '', { mode: 0o755 });
    const own = `$(dirname "$0")/../home of O'Neil/.local/bin`;
    const inOrder = await installedWith(withPath(`/usr/bin:$(realpath -s "${own}")/:/bin`));
    expect(inOrder.shell).toMatchObject({ inPath: true, first: null });
    const hidden = await installedWith(withPath(`${other}:$(realpath -s "${own}"):/usr/bin:/bin`));
    expect(hidden.shell).toMatchObject({ inPath: true, first: join(other, 'hoplab') });
  });

  it('is not known where the shell fails, or waits', async () => {
    expect((await installedWith('#!/bin/sh\nexit 3\n')).shell).toBeNull();
    const { launcher, program } = await computer();
    const gone = launcher({ program: program('app/hoplab-desktop'), shell: '/no/such/shell' });
    expect(await gone.install()).toMatchObject({ state: 'installed', shell: null });
    const before = Date.now();
    expect((await installedWith('#!/bin/sh\nexec sleep 60\n')).shell).toBeNull();
    expect(Date.now() - before).toBeLessThan(20_000);
  }, 30_000);
});
