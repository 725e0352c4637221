import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './settings.ts';

/** Hoplab's own folder: known_hosts and journals. `HOPLAB_HOME`, else `.hoplab` in the user's home. */
export function hoplabHome(): string {
  return resolve(process.env['HOPLAB_HOME'] || join(homedir(), '.hoplab'));
}

export function knownHostsFile(): string {
  return join(hoplabHome(), 'known_hosts');
}

/** The recording that ships with Hoplab. The built command line lies in out/main. */
export function recordingFile(): string {
  return join(__dirname, '..', '..', 'resources', 'recordings', 'lab.json.br');
}

/** Where the recorded lab stands between two commands; another recording begins with bare machines. */
export function recordingStandingFile(recorded: string): string {
  return join(hoplabHome(), 'labs', 'recording', `${recorded.replaceAll(/[:.]/g, '-')}.json`);
}

export function journalFolder(lab: string): string {
  return join(hoplabHome(), 'labs', lab, 'journal');
}

/**
 * Makes Hoplab's own folder, and `folder` in it, unless they are there, and looks whether they can be used: before anything
 * else is touched. @throws UsageError
 */
export function prepareHome(folder = hoplabHome()): void {
  try {
    for (const each of [hoplabHome(), folder]) {
      makeFolder(each);
      accessSync(each, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    if (kindOf(knownHostsFile()) === 'folder') throw Object.assign(new Error('not a file'), { code: 'EISDIR' });
    if (kindOf(knownHostsFile())) accessSync(knownHostsFile(), constants.R_OK | constants.W_OK);
  } catch (error) {
    throw unusable(error);
  }
}

/** Folder by folder: Node's own `recursive` never ends where mkdir says ENOENT of a folder that is there, as in /proc. */
function makeFolder(path: string): void {
  if (kindOf(path) === 'folder') return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (kindOf(path) !== 'folder') throw error; // another Hoplab may have made it meanwhile
  }
}

function kindOf(path: string): 'folder' | 'other' | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && (stats.isDirectory() ? 'folder' : 'other');
}

function unusable(error: unknown): UsageError {
  const why = error instanceof Error ? error.message : String(error);
  const home = hoplabHome();
  return new UsageError({
    en: `Hoplab cannot use its own folder ${home} (${why}): name a folder that you may write to in HOPLAB_HOME, or mend this one.`,
    ja: `Hoplab の作業フォルダー ${home} を使えません (${why})。書き込めるフォルダーを HOPLAB_HOME で指定するか、このフォルダーを直してください。`,
  });
}
