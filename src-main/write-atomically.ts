import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that there is all of it or what was there before, also after a crash: into a temporary file beside it, which
 * then takes its place. A link is replaced, not followed. Its folder is made where there is none. What root replaces stays its
 * owner's.
 * @param mode permissions of the file, whatever the umask is; default for its owner alone
 */
export async function writeAtomically(file: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${randomBytes(6).toString('hex')}`;
  const old = await lstat(file).catch(() => undefined); // there is none, or the next step says what is wrong
  try {
    const handle = await open(part, 'wx', 0o600);
    try {
      // in a container or over NFS root may not: then it is root's
      if (old && process.getuid?.() === 0) await handle.chown(old.uid, old.gid).catch(() => undefined);
      await handle.chmod(mode);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
