import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bin, builtCli } from '../set-up/built.ts';
import { labFilePath, writeLabFileFor } from './lab-file.ts';
import { script, type LabInfo } from './script.ts';

/** How Hoplab's command line is run in the lab: on this host, in the client's network, with a home of its own. */
export function hoplabCommand(info: LabInfo, args: readonly string[]) {
  return {
    command: script,
    args: ['client', bin('node'), builtCli(), ...args],
    env: {
      HOPLAB_FILE: process.env['HOPLAB_FILE'] ?? labFilePath(info),
      HOPLAB_HOME: process.env['HOPLAB_HOME'] ?? hoplabHome(info),
    },
  };
}

/** What Hoplab finds before its first run: a lab file, and the keys of the machines, which the lab itself has made. */
export function prepareForHoplab(info: LabInfo): void {
  if (!existsSync(labFilePath(info))) writeLabFileFor(info);
  trustHostsOf(info);
}

/** Pins the SSH host keys that the machines have now. */
export function trustHostsOf(info: LabInfo): void {
  mkdirSync(hoplabHome(info), { recursive: true, mode: 0o700 });
  copyFileSync(info.ssh.knownHosts, join(hoplabHome(info), 'known_hosts'));
}

function hoplabHome(info: LabInfo): string {
  return join(info.state, 'hoplab');
}
