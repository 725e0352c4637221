import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sh, type ShellCommand } from '../../../src-main/machines/command.ts';
import { CommandFailed, SudoRefused } from '../../../src-main/machines/errors.ts';
import type { RunOptions } from '../../../src-main/machines/machine.ts';
import { FakeMac } from '../../fake-programs/fake-mac.ts';

const PROMPT = 'Hoplab sends queries for k8s.local to the cluster (/etc/resolver/k8s.local).\nHoplab は…';

describe("macOS's own dialog for an administrator, by an osascript that answers as documented", () => {
  let mac: FakeMac;
  const before = { PATH: process.env['PATH'] };
  beforeEach(() => {
    mac = new FakeMac();
    Object.assign(process.env, mac.env);
  });
  afterAll(() => void Object.assign(process.env, before));

  const run = (command: ShellCommand, options: RunOptions = {}) =>
    mac.machine(PROMPT).run(command, { sudo: true, ...options });

  it('runs the command with its input and output, asks once, and says what for', async () => {
    const { stdout } = await run(sh`cat && echo ${"it's"}`, { input: 'nameserver 192.168.2.10\n' });
    expect(stdout).toBe("nameserver 192.168.2.10\nit's\n");
    expect(readFileSync(join(mac.state, 'prompted'), 'utf8')).toBe(`${PROMPT}\n`);
  });

  it('is SudoRefused where the user closes it, and does not ask again for that', async () => {
    mac.set('cancel', '');
    await expect(run(sh`touch ${join(mac.state, 'done')}`)).rejects.toBeInstanceOf(SudoRefused);
    expect(existsSync(join(mac.state, 'done'))).toBe(false);
    expect(readFileSync(join(mac.state, 'prompted'), 'utf8')).toBe(`${PROMPT}\n`);
  });

  it('passes on how the command failed', async () => {
    const failed = await run(sh`echo no such folder >&2; exit 3`).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CommandFailed);
    expect((failed as CommandFailed).output).toMatchObject({ exitCode: 3 });
    expect((failed as CommandFailed).output?.stderr).toContain('no such folder');
  });
});
