import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { Launcher } from '../../contract/launcher.ts';
import { isAbsent } from '../../is-absent.ts';
import { Refused } from '../refused.ts';
import type { LauncherPlace, OwnLauncher } from './launcher-place.ts';
import { linuxLauncher } from './linux-launcher.ts';
import { macLauncher, type MacApp } from './mac-launcher.ts';
import { appIsGone, launcherUnusable, noApp, noSystem, notOurs } from './refused-launchers.ts';
import { lookInShell, userShell } from './shell-path.ts';

export interface LauncherOptions extends Pick<MacApp, 'open' | 'isWritable'> {
  /** Of the packaged app that runs; undefined: Hoplab runs from a checkout, or serves a page. */
  readonly program: string | undefined;
  readonly door: 'desktop' | 'browser' | 'cli';
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly root?: string;
  readonly shell?: string;
}

/** The command `hoplab` for terminals, which starts the app that runs now. */
export class AppLauncher {
  readonly #options: LauncherOptions;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  async read(): Promise<Launcher> {
    let place: LauncherPlace;
    try {
      place = this.#place();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { title, remedy } = error;
      return {
        state: 'unavailable',
        reason: { en: `${title.en}. ${remedy.en}`, ja: `${title.ja}。${remedy.ja}` },
      };
    }
    try {
      const found = await place.read();
      if (found.state !== 'installed') return found;
      const { home = homedir(), shell = userShell() } = this.#options;
      return { ...found, shell: await lookInShell(found.path, { shell, home, login: this.#platform === 'darwin' }) };
    } catch (error) {
      return { state: 'unknown', path: place.path, reason: reasonOf(error) };
    }
  }

  /** Puts the command there, in place of one of Hoplab's own that starts another app. @throws Refused */
  async install(): Promise<Launcher> {
    const place = this.#place();
    await this.#change(place, async (found) => {
      if (found.state === 'installed') return;
      await access(place.starts).catch((error: unknown) => {
        throw isAbsent(error) ? appIsGone(place.starts) : error;
      });
      await place.write(found);
    });
    return this.read();
  }

  /** @throws Refused */
  async remove(): Promise<Launcher> {
    const place = this.#place();
    await this.#change(place, async (found) => {
      if (found.state !== 'absent') await place.remove(found);
    });
    return this.read();
  }

  async #change(place: LauncherPlace, change: (found: OwnLauncher) => Promise<void>): Promise<void> {
    try {
      const found = await place.read();
      if (!('administrator' in found)) throw notOurs(found);
      await change(found);
    } catch (error) {
      const ofSystem = error instanceof Error && 'syscall' in error;
      throw ofSystem ? launcherUnusable(place.path, reasonOf(error)) : error;
    }
  }

  get #platform(): NodeJS.Platform {
    return this.#options.platform ?? process.platform;
  }

  /** @throws Refused where there can be none */
  #place(): LauncherPlace {
    const { program, door, home = homedir(), env = process.env, root = '/', open, isWritable } = this.#options;
    if (program === undefined) throw noApp(door);
    if (this.#platform === 'linux') return linuxLauncher({ program, home, env, root });
    if (this.#platform === 'darwin')
      return macLauncher({ program, root, ...(open && { open }), ...(isWritable && { isWritable }) });
    throw noSystem();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
