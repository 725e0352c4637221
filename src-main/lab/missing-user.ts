import { valueAt, type Finding } from './finding.ts';
import { missing } from './schema-findings.ts';
import { machinePaths } from './ssh-config/take-aliases.ts';

/** `ssh.user` may be left out only where every machine has a user of its own, or of its alias. */
export function missingUser(value: unknown): Finding[] {
  const ssh = valueAt(value, ['ssh']);
  if (ssh !== undefined && (typeof ssh !== 'object' || ssh === null || Object.hasOwn(ssh, 'user'))) return [];
  const machines = machinePaths(value).filter((path) => typeof valueAt(value, path) === 'object');
  const all = machines.length > 0 && machines.every((path) => valueAt(value, [...path, 'ssh', 'user']) !== undefined);
  return all ? [] : [missing(ssh === undefined ? ['ssh'] : ['ssh', 'user'])];
}
