import { confirm } from '@inquirer/prompts';
import type { Command } from 'commander';
import type { NodesAddedLine } from '../contract/lines.ts';
import type { Text } from '../contract/text.ts';
import { labWithWorkers, workerNamed, writeEdit, type NodesEdit } from '../engine/edit-lab-nodes.ts';
import { noNodesInRecording } from '../engine/refused-nodes.ts';
import { namedMachine } from '../lab/name-nodes.ts';
import type { Parts } from './command-parts.ts';
import type { Settings } from './command-settings.ts';
import { helpTexts } from './help-texts.ts';
import { up } from './lab-commands.ts';
import { promptOutput } from './prompt.ts';
import { tellAliases } from './tell-aliases.ts';
import { tellRollout } from './tell-rollout.ts';
import { withLab } from './with-lab.ts';

/** Defines `node add` and `node remove`. */
export function defineNodes(cli: Command, { settings, run, say }: Parts): void {
  const node = cli.command('node').description(say(helpTexts.nodeCommands)).helpCommand(false);
  node
    .command('add')
    .argument('<machines...>', say(helpTexts.addedMachines))
    .description(say(helpTexts.nodeAdd))
    .option('--no-up', say(helpTexts.noUp))
    .action((machines: string[], flags: { up: boolean }) => run(() => addNodes(settings(), machines, flags))());
  node
    .command('remove')
    .argument('<node>', say(helpTexts.removedNode))
    .description(say(helpTexts.nodeRemove))
    .option('--gone', say(helpTexts.gone))
    .option('--yes', say(helpTexts.yes))
    .action((name: string, flags: RemoveFlags) => run(() => removeNode(settings(), name, flags))());
}

interface RemoveFlags {
  readonly gone?: boolean;
  /** Do not ask. */
  readonly yes?: boolean;
}

/** Writes workers into the lab file, and rolls the lab out. Again: rolls out, for they are there. */
async function addNodes(settings: Settings, machines: readonly string[], flags: { up: boolean }): Promise<number> {
  if (settings.recording) throw noNodesInRecording();
  const edit = await labWithWorkers(settings.file, machines.map(namedMachine));
  await writeEdit(edit);
  tellAdded(settings, edit, flags.up);
  return flags.up ? up(settings, {}) : 0;
}

function tellAdded(settings: Settings, { added, lab: { nodes, client } }: NodesEdit, goesOn: boolean): void {
  const { terminal, language, json, file } = settings;
  const line: NodesAddedLine = { event: 'nodes-added', file, nodes: [...added] };
  if (json) terminal.printJson(line);
  const names = added.join(', ');
  const what: Text =
    added.length === 0
      ? { en: `They are in ${file} already.`, ja: `すでに ${file} にあります。` }
      : { en: `Wrote ${names} into ${file}.`, ja: `${names} を ${file} に書きました。` };
  const next: Text = goesOn
    ? { en: '', ja: '' }
    : {
        en: ' Next: `hoplab trust` pins the host keys, `hoplab up` rolls out.',
        ja: '次は `hoplab trust` でホスト鍵を固定し、`hoplab up` で展開します。',
      };
  if (!json) terminal.print(what[language] + next[language]);
  tellAliases(settings, {
    nodes: nodes.filter(({ name }) => added.includes(name)),
    client: { ...client, kind: 'this-computer' },
  });
}

/** Removes a worker. Asks first where there is somebody to ask. */
async function removeNode(
  settings: Settings,
  name: string,
  { gone = false, yes = false }: RemoveFlags,
): Promise<number> {
  if (settings.recording) throw noNodesInRecording();
  return withLab(settings, async (lab, stop) => {
    workerNamed(lab.parts.lab, name);
    const question = (gone ? FORGETS : REMOVES)(name)[settings.language];
    const message = lab.parts.lab.machines ? `${question} ${VM_GOES[settings.language]}` : question;
    if (!yes && process.stdin.isTTY && !(await confirm({ message, default: false }, promptOutput))) return 1;
    return tellRollout(settings, { lab, stop, verb: 'remove-node', removed: { name, gone } });
  });
}

const VM_GOES: Text = {
  en: 'Its VM is deleted with its disk and its snapshots.',
  ja: 'VM もディスクとスナップショットごと削除します。',
};
const REMOVES = (name: string): Text => ({
  en: `Move the pods of ${name} to other nodes, and remove the cluster and all that Hoplab installed from it?`,
  ja: `${name} の Pod をほかのノードに移し、クラスターと Hoplab が入れたものをすべて取り除きますか?`,
});
const FORGETS = (name: string): Text => ({
  en: `Remove ${name} from the cluster without touching the machine? What its pods kept there is lost to the cluster.`,
  ja: `マシンには触れずに ${name} をクラスターから外しますか? その Pod がそこに保存していたデータは使えなくなります。`,
});
