import type { Launcher } from '../../contract/launcher.ts';

/** What stands where the command belongs; `unknown` is what reading throws. */
export type FoundLauncher = Exclude<Launcher, { state: 'unavailable' | 'unknown' | 'installed' }> | InstalledLauncher;

type InstalledLauncher = Omit<Extract<Launcher, { state: 'installed' }>, 'shell'>;

/** What may be written or removed: nothing, or what is Hoplab's own. */
export type OwnLauncher = Extract<FoundLauncher, { administrator: boolean }>;

/** Where the command of one system belongs, and how it is put there. */
export interface LauncherPlace {
  readonly path: string;
  /** What the command starts. */
  readonly starts: string;
  /** @throws an error of the file system */
  read(): Promise<FoundLauncher>;
  /** @throws Refused, or an error of the file system */
  write(found: OwnLauncher): Promise<void>;
  /** @throws Refused, or an error of the file system */
  remove(found: OwnLauncher): Promise<void>;
}
