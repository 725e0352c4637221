import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ShellCommand } from '../../../src-main/machines/command.ts';
import { swapOff, swapOn } from '../../../src-main/stages/swap.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await tempFolder();
  mkdirSync(join(folder, 'bin'));
  const swaps = ['Filename Type Size Used Priority', '/dev/zram0 partition 1 0 100', '/swapfile file 1 0 -2', ''];
  writeFileSync(join(folder, 'swaps'), swaps.join('\n'));
  writeFileSync(join(folder, 'fstab'), '/swapfile none swap sw 0 0\n');
  fake('systemctl', [
    'case "$*" in',
    "*list-units*) echo 'dev-zram0.swap loaded active active'; echo 'dev-disk-by\\x2duuid-1.swap loaded active active' ;;",
    'is-enabled*zramswap.service) ;;',
    'is-enabled*) exit 1 ;;',
    '"mask "*) echo "$0 $*" | sed "s|^[^ ]*/||" >> NOTED; case "$*" in *uuid*) exit 1 ;; esac ;;',
    '*) echo "$0 $*" | sed "s|^[^ ]*/||" >> NOTED ;;',
    'esac',
  ]);
  for (const name of ['swapoff', 'swapon']) fake(name, ['echo "$0 $*" | sed "s|^[^ ]*/||" >> NOTED']);
});

/** A program that notes how it is called. */
function fake(name: string, lines: readonly string[]): void {
  const text = ['#!/bin/sh', ...lines].join('\n').replaceAll('NOTED', join(folder, 'noted'));
  writeFileSync(join(folder, 'bin', name), `${text}\n`, { mode: 0o755 });
}

/** Runs a command with this folder in the place of /etc, /proc and /var/lib/hoplab; returns what was called. */
function called(command: ShellCommand): string[] {
  writeFileSync(join(folder, 'noted'), '');
  const here = command
    .replaceAll('/etc/fstab', join(folder, 'fstab'))
    .replaceAll('/proc/swaps', join(folder, 'swaps'))
    .replaceAll('/var/lib/hoplab', join(folder, 'hoplab'));
  execFileSync('sh', ['-c', here], { env: { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` } });
  return readFileSync(join(folder, 'noted'), 'utf8').trim().split('\n');
}

describe('swap', () => {
  it('is switched off wherever it comes from: fstab, units of systemd, services that make it', () => {
    expect(called(swapOff())).toEqual([
      'systemctl mask -q --now -- dev-zram0.swap',
      'systemctl mask -q --now -- dev-disk-by\\x2duuid-1.swap',
      'systemctl disable -q --now -- dev-disk-by\\x2duuid-1.swap', // the user's own unit file cannot be masked
      'systemctl disable -q --now -- zramswap.service',
      expect.stringContaining('dev-disk-by'),
      'swapoff -a',
    ]);
    expect(readFileSync(join(folder, 'fstab'), 'utf8')).toBe('# Hoplab: /swapfile none swap sw 0 0\n');
  });

  it('is switched on again as it was, and twice is harmless', () => {
    called(swapOff());
    writeFileSync(join(folder, 'swaps'), 'Filename Type Size Used Priority\n');
    const calls = called(swapOn());
    expect(calls).toContain('systemctl unmask -q -- dev-zram0.swap');
    expect(calls).toContain('systemctl start -- dev-zram0.swap');
    expect(calls).toContain('systemctl enable -q --now -- zramswap.service');
    expect(calls).toContain('swapon /swapfile');
    expect(calls.at(-1)).toBe('swapon -a');
    expect(readFileSync(join(folder, 'fstab'), 'utf8')).toBe('/swapfile none swap sw 0 0\n');
    expect(called(swapOn())).toEqual(['swapon -a']);
  });
});
