import { homedir } from 'node:os';
import { join } from 'node:path';
import { discoverHost } from '../discover-host.ts';
import { localDisk } from '../../lab/lab-disk.ts';
import { findAliases, listAliases, sshSurroundings } from '../../lab/ssh-config/find-aliases.ts';
import { takenOf } from '../../lab/ssh-config/take-aliases.ts';
import type { ComposedLab } from '../../contract/labs.ts';
import type { Lab } from '../../lab/lab.ts';
import { vmName } from '../../providers/provider.ts';
import type { Engine } from '../engine.ts';
import { composeLabFile, problemsOf } from '../write-lab-file.ts';
import { procedures } from './base.ts';
import { answersOf } from './lab-answers.ts';

const { labs } = procedures;

export const labProcedures = {
  list: labs.list.handler(({ context: { engine } }) => engine.listLabs()),
  add: labs.add.handler(({ context: { engine }, input }) => engine.labs.add(inHome(input.file))),
  forget: labs.forget.handler(({ context: { engine }, input }) => engine.forgetLab(input.lab)),
  choose: labs.choose.handler(async ({ context: { engine } }) => ({
    file: (await engine.options.chooseFile?.()) ?? null,
  })),
  read: labs.read.handler(({ context: { engine }, input }) => engine.labs.text(input.lab)),
  save: labs.save.handler(({ context: { engine }, input: { lab, text, was } }) => engine.saveLab(lab, text, was)),
  check: labs.check.handler(async ({ context: { engine }, input: { text, file } }) => ({
    problems: [
      ...(await (file === undefined ? problemsOf(text, draftFile(engine)) : problemsOf(text, inHome(file), localDisk))),
    ],
  })),
  compose: labs.compose.handler(async ({ context: { engine }, input }) => {
    const file = input.file === undefined ? draftFile(engine) : inHome(input.file);
    const { text, problems, lab } = await composeLabFile(answersOf(input.answers), file, await engine.labs.known());
    return { text, problems: [...problems], vms: lab?.machines ? plannedVms(lab) : null };
  }),
  create: labs.create.handler(({ context: { engine }, input: { file, answers, replace } }) =>
    engine.createLab(inHome(file), answersOf(answers), replace),
  ),
  discover: labs.discover.handler(({ context: { engine }, input, signal }) =>
    discoverHost(input, engine.knownHosts, signal),
  ),
  aliases: labs.aliases.handler(async () => [...(await listAliases(sshSurroundings()))]),
  alias: labs.alias.handler(async ({ input: { name } }) => {
    const found = (await findAliases([name], sshSurroundings())).get(name);
    return found && 'address' in found ? { address: found.address, taken: takenOf(found) } : null;
  }),
};

function plannedVms(lab: Lab): ComposedLab['vms'] {
  const { nodes, lan = null, loadBalancer } = lab;
  return {
    machines: nodes.map(({ name, role, address }) => ({ name, role, address, vm: vmName(lab, name) })),
    lan,
    ...loadBalancer,
  };
}

/** Where a lab file would be that nobody has named yet. */
function draftFile({ options }: Engine): string {
  return join(options.home, 'lab.yaml');
}

/** A path as people type it: `~/labs/lab.yaml`. */
function inHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
