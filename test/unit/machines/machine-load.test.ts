import { describe, expect, it } from 'vitest';
import { sh } from '../../../src-main/machines/command.ts';
import { isOverloaded, loadIn, tellingLoad } from '../../../src-main/machines/machine-load.ts';
import { thisComputer } from '../this-computer.ts';

describe('the load of a machine', () => {
  it('is told when a command fails, behind what it said, and its exit code stays', async () => {
    const machine = thisComputer('k8s-master');
    const failed = await machine.run(tellingLoad(sh`(echo no >&2; exit 7)`), { accept: 'any' });
    expect(failed.exitCode).toBe(7);
    expect(failed.stderr).toMatch(/^no\nload [\d.]+ on \d+ processors/);
    expect(loadIn(failed.stderr)?.processors).toBeGreaterThan(0);
    expect(await machine.run(tellingLoad(sh`echo yes`))).toMatchObject({ stdout: 'yes\n', stderr: '' });
    await machine.close();
  });

  it('is read with and without what the kernel knows of waiting', () => {
    expect(loadIn('x\nload 20.31 on 2 processors, waiting 88.10%\n')).toEqual({
      load: 20.31,
      processors: 2,
      waiting: 88.1,
    });
    expect(loadIn('load 0.50 on 4 processors, waiting %')).toEqual({ load: 0.5, processors: 4, waiting: undefined });
    expect(loadIn('no load here')).toBeUndefined();
  });

  it('is too much from twice the processors on, or where something waits half of the time', () => {
    const idle = { load: 0.5, processors: 2, waiting: 3 };
    expect(isOverloaded(idle)).toBe(false);
    expect(isOverloaded({ ...idle, load: 4.5 })).toBe(true);
    expect(isOverloaded({ ...idle, waiting: 51 })).toBe(true);
  });
});
