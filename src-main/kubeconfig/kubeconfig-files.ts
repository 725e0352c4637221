import { open, readFile, realpath, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { isAbsent, unlessAbsent } from '../is-absent.ts';
import { writeAtomically } from '../write-atomically.ts';
import { Kubeconfig } from './kubeconfig-text.ts';

export interface KubeconfigFile {
  /** Absolute path. */
  readonly path: string;
  /** Undefined where there is none yet. */
  readonly text: string | undefined;
  readonly config: Kubeconfig;
}

/** Another program is writing a kubeconfig. */
export class KubeconfigLocked extends Error {
  readonly lock: string;
  constructor(lock: string) {
    super(`${lock} exists`);
    this.lock = lock;
  }
}

/** The files that kubectl reads, in its order: those of KUBECONFIG, else `~/.kube/config`. */
export function kubeconfigPaths(environment = process.env['KUBECONFIG']): readonly string[] {
  const named = (environment ?? '').split(delimiter).filter(Boolean);
  return named.length > 0 ? [...new Set(named.map((path) => resolve(path)))] : [join(homedir(), '.kube', 'config')];
}

/** @throws KubeconfigBroken, or an error of the file system but for a file that is not there */
export async function readKubeconfigs(): Promise<readonly KubeconfigFile[]> {
  return Promise.all(
    kubeconfigPaths().map(async (path) => {
      const text = await readFile(path, 'utf8').catch(unlessAbsent);
      return { path, text, config: new Kubeconfig(text ?? '') };
    }),
  );
}

/** The one that kubectl would write a new context to: the first that is there, else the last. */
export function writtenOne(files: readonly KubeconfigFile[]): KubeconfigFile {
  const found = files.find(({ text }) => text !== undefined) ?? files.at(-1);
  if (!found) throw new Error('kubectl always has a file');
  return found;
}

/**
 * Writes a kubeconfig for its owner alone, under the lock that kubectl takes as well, with a copy of what it was beside it. A link
 * stays one. Returns the path of the copy; null where there was no file. @throws KubeconfigLocked
 */
export async function writeKubeconfig({ path, text, config }: KubeconfigFile): Promise<string | null> {
  const target = await realpath(path).catch(() => path); // where there is none yet
  const release = await lock(target);
  try {
    const copy = text === undefined ? null : `${target}.before-hoplab`;
    if (copy !== null) await writeAtomically(copy, text ?? '');
    await writeAtomically(target, config.toString());
    return copy;
  } finally {
    await release();
  }
}

/** https://github.com/kubernetes/client-go/blob/master/tools/clientcmd/loader.go, lockFile */
async function lock(path: string): Promise<() => Promise<void>> {
  const file = `${path}.lock`;
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (error) {
    if (isAbsent(error)) return async () => undefined; // nor is its folder: nobody else writes there
    throw error instanceof Error && 'code' in error && error.code === 'EEXIST' ? new KubeconfigLocked(file) : error;
  }
  return () => rm(file, { force: true });
}
