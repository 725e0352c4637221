import { spawnSync } from 'node:child_process';

/** Whether this computer has a program that not every one has. */
export function hasProgram(program: string, ...harmless: readonly string[]): boolean {
  return spawnSync(program, harmless).status === 0;
}
