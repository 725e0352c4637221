import { copyFileSync, cpSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { bin, builtCli, root } from '../set-up/built.ts';
import { exec, type LabInfo } from './lab.ts';

/** Where Hoplab lies on the client machine, as on a user's computer: with its bundle and the overrides that containers need. */
export const ON_CLIENT = '/var/lib/hoplab-test';

/** Puts Hoplab there. @returns that folder, as this computer sees it: /var/lib of a machine is a folder of this computer */
export function installOnClient({ state, bundle, overrides }: LabInfo): string {
  const folder = join(state, 'nodes', 'client', 'varlib', 'hoplab-test');
  mkdirSync(folder, { recursive: true });
  copyFileSync(realpathSync(bin('node')), join(folder, 'node')); // with its right to be run
  builtCli();
  for (const part of ['out', 'resources', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  cpSync(bundle, join(folder, 'bundle'), { recursive: true });
  cpSync(overrides, join(folder, 'overrides.yaml'));
  return folder;
}

/** The words of the command that runs it there. */
export function commandOnClient(environment: readonly string[] = []): readonly string[] {
  return ['env', `HOPLAB_HOME=${ON_CLIENT}/home`, ...environment, `${ON_CLIENT}/node`, `${ON_CLIENT}/out/main/cli.cjs`];
}

/** Runs it there, for its `lab.yaml` there. */
export function hoplabOnClient(command: string, environment: readonly string[] = []) {
  return exec('client', [...commandOnClient(environment), '--file', `${ON_CLIENT}/lab.yaml`, command].join(' '));
}
