import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loopbackLab, type LoopbackLab } from './loopback-lab.ts';
import { hoplabInPipe } from './pipe.ts';

async function refused(lab: LoopbackLab, home: string, args: readonly string[], uid?: number): Promise<void> {
  const env = { ...lab.env, HOPLAB_HOME: home, HOPLAB_PASSWORD: 'any' };
  const { code, stdout, stderr } = await hoplabInPipe(args, env, undefined, uid);
  expect({ code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(home);
  expect(stderr).toContain('HOPLAB_HOME');
  expect(lab.jump.cipher).toEqual([]); // nobody has connected
}

describe('a HOPLAB_HOME that cannot be used is wrong input, before anything is touched:', { timeout: 60_000 }, () => {
  const commands = [['up', '--json'], ['trust', '--yes'], ['plan']];

  it.each(commands)('a file in the way (%s)', async (...args) => {
    const lab = await loopbackLab();
    const file = join(lab.folder, 'file');
    writeFileSync(file, 'mine');
    await refused(lab, file, args);
    await refused(lab, join(file, 'deep', 'in'), args);
  });

  it.skipIf(!existsSync('/proc/self')).each(commands)('a place where no folder can be (%s)', async (...args) => {
    await refused(await loopbackLab(), '/proc/hoplab/home', args);
  });

  it('what belongs into it is something else', async () => {
    const lab = await loopbackLab();
    const home = join(lab.folder, 'home');
    mkdirSync(join(home, 'known_hosts'), { recursive: true });
    await refused(lab, home, ['trust', '--yes']);
    const other = join(lab.folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'labs'), 'a file');
    await refused(lab, other, ['up']);
  });

  it('a folder that may only be read', async () => {
    const lab = await loopbackLab();
    const home = join(lab.folder, 'read-only');
    mkdirSync(home);
    for (const folder of [lab.folder, lab.bundle, home]) chmodSync(folder, 0o555);
    // root may write everywhere
    await refused(lab, home, ['trust', '--yes'], process.getuid?.() === 0 ? 65_534 : undefined);
    await refused(lab, join(home, 'below'), ['trust'], process.getuid?.() === 0 ? 65_534 : undefined);
    chmodSync(lab.folder, 0o755);
  });
});
