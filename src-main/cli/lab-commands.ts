import { confirm } from '@inquirer/prompts';
import { plannedWords } from '../contract/download-words.ts';
import type { Explanation, RolloutVerb } from '../contract/events.ts';
import type { PlannedRollout } from '../contract/lab-session.ts';
import type { AwayLine, DownloadsLine, PlanLine, StatusLine } from '../contract/lines.ts';
import type { Text } from '../contract/text.ts';
import { bareRecording } from '../engine/lab-access.ts';
import type { OpenLab } from '../engine/open-lab.ts';
import { stages, stagesOf } from '../stages/index.ts';
import { undoneWith } from '../stages/needs.ts';
import type { Stage } from '../stages/stage.ts';
import { recordingLine } from './human-output.ts';
import { promptOutput } from './prompt.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { tellAliases } from './tell-aliases.ts';
import { tellExplanation } from './tell-error.ts';
import { tellRollout } from './tell-rollout.ts';
import { VM_WORDS } from '../providers/vm-words.ts';
import { tellVms } from './machines-command.ts';
import { withLab } from './with-lab.ts';

/** Rolls out up to a stage. The commands return their exit code. */
export async function up(settings: Settings, { to }: { to?: string }): Promise<number> {
  return rollOut(settings, 'up', to);
}

/** Rolls the recording out from bare machines, and says how to go on with one's own. */
export async function tour(settings: Settings): Promise<number> {
  const code = await withLab(
    { ...settings, recording: true, speed: settings.speed ?? TOUR_SPEED },
    (lab, stop) => tellRollout(settings, { lab, stop, verb: 'up' }),
    { recording: bareRecording },
  );
  if (code === 0 && !settings.json) say(settings, NEXT);
  return code;
}

const TOUR_SPEED = 10;
const NEXT: Text = {
  en: `
That was a recording: three machines of a real lab, with their actual output. To explore it:
  hoplab --recording --speed instant up      then: status, verify -v, undo gateway, plan -v
With your own machines (Linux, SSH, sudo), which this computer installs from the internet or a bundle:
  hoplab init --nodes 192.168.2.10,192.168.2.11,192.168.2.12 --user lab
  hoplab trust
  hoplab plan
  hoplab up
(from a checkout, \`npm start -- COMMAND\` is \`hoplab COMMAND\`)`,
  ja: `
ここまでは記録の再生です。実際のラボの 3 台のマシンの応答をそのまま使っています。記録の中を見て回るには:
  hoplab --recording --speed instant up      続けて status, verify -v, undo gateway, plan -v
自分のマシン (Linux、SSH、sudo) に、このコンピューターがインターネットまたはバンドルからインストールするには:
  hoplab init --nodes 192.168.2.10,192.168.2.11,192.168.2.12 --user lab
  hoplab trust
  hoplab plan
  hoplab up
(チェックアウトからは \`npm start -- コマンド\` が \`hoplab コマンド\` です)`,
};

export async function verify(settings: Settings, name: string | undefined): Promise<number> {
  return rollOut(settings, 'verify', name);
}

/** Takes a stage back, with those that need it; says first which they are. */
export async function undo(settings: Settings, name: string): Promise<number> {
  return rollOut(settings, 'undo', name);
}

/** Proves that the client reaches addresses of the pool at whichever node has them; changes nothing for longer than a minute. */
export async function proveVip(settings: Settings): Promise<number> {
  return rollOut(settings, 'prove-vip');
}

/** Takes everything back. Asks first where there is somebody to ask. */
export async function reset(settings: Settings, { yes = false }: { yes?: boolean }): Promise<number> {
  return withLab(settings, async (lab, stop) => {
    const names = lab.parts.lab.nodes.map(({ name }) => name).join(', ');
    const message =
      settings.language === 'ja'
        ? `${names} からクラスターと Hoplab が入れたものをすべて取り除きますか?`
        : `Remove the cluster and everything that Hoplab installed from ${names}?`;
    const asks = !yes && !lab.parts.recording && process.stdin.isTTY;
    if (asks && !(await confirm({ message, default: false }, promptOutput))) return 1;
    return tellRollout(settings, { lab, stop, verb: 'reset' });
  });
}

/** Prints every change that `up` would make now; changes nothing. Returns 1 when that of a stage cannot be said. */
export async function plan(settings: Settings, { to }: { to?: string }): Promise<number> {
  if (to !== undefined) stageNamed(to);
  return withLab(settings, async (lab) => {
    const { terminal, language, json } = settings;
    if (to !== undefined) requirePart(lab, to);
    tellRecording(settings, lab);
    tellAliases(settings, lab.parts.lab);
    const planned = await lab.plan(to);
    tellDownloads(settings, planned);
    for (const { stage, changes } of planned.stages) {
      const { title } = stage === VM_WORDS.id ? VM_WORDS : stageNamed(stage);
      if (!json) terminal.print(`${stage} · ${title[language]}`);
      for (const change of changes) {
        if (json) printLine(settings, { stage, ...change, ...labelOf(lab) });
        else terminal.print(`  + ${change.machine}: ${change.sentence[language]}`);
        if (!json && settings.verbose) terminal.print(change.command.replaceAll(/^/gm, '      $ '));
      }
    }
    const failures = planned.stages.flatMap(({ failure }) => failure ?? []);
    const [count, unknown] = [planned.stages.flatMap(({ changes }) => changes).length, failures.length];
    if (!json && planned.stages.some(({ stage }) => stage === VM_WORDS.id)) say(settings, VMS_FIRST);
    if (!json) say(settings, unknown > 0 ? knownOnly(count, unknown) : counted(count));
    for (const failure of distinct(failures)) tellExplanation(failure, settings);
    return unknown > 0 ? 1 : 0;
  });
}

/** What would be downloaded; nothing where no change could need it. */
function tellDownloads(settings: Settings, { downloads, stages: planned }: PlannedRollout): void {
  if (downloads === null) return;
  if (settings.json) printLine(settings, { event: 'downloads', ...downloads });
  else if (planned.some(({ changes, failure }) => changes.length > 0 || failure))
    for (const line of plannedWords(downloads)) say(settings, { en: `↓ ${line.en}`, ja: `↓ ${line.ja}` });
}

const VMS_FIRST: Text = {
  en: 'What the stages change is known once these VMs run.',
  ja: '各ステージでの変更は、この VM が動いてから分かります。',
};

function counted(count: number): Text {
  return { en: `${count} changes; nothing was changed.`, ja: `変更 ${count} 件。まだ何も変更していません。` };
}

function knownOnly(count: number, unknown: number): Text {
  return {
    en: `${count} changes; stages that cannot be decided now: ${unknown}. Nothing was changed.`,
    ja: `変更 ${count} 件。いまは判断できないステージ: ${unknown}。まだ何も変更していません。`,
  };
}

/** A node that is away keeps several stages from being read: that is told once. */
function distinct(failures: readonly Explanation[]): readonly Explanation[] {
  const names = failures.map(({ machine = '', title, detail }) => [machine, title.en, detail].join('\n'));
  return failures.filter((_, index) => names.indexOf(names[index] ?? '') === index);
}

/** Prints how far the lab is, from what the machines say now, and which nodes are away. Returns 1 when a stage cannot be read. */
export async function status(settings: Settings): Promise<number> {
  return withLab(settings, async (lab) => {
    const { terminal, language, json } = settings;
    tellRecording(settings, lab);
    tellAliases(settings, lab.parts.lab);
    if (lab.parts.lab.machines && !lab.parts.recording) {
      const vms = await lab.vms.list();
      if (vms.machines.some(({ state }) => state !== 'running')) {
        tellVms(settings, vms);
        return 1;
      }
    }
    await lab.connection.session();
    await lab.refresh();
    for (const { stage, changes, failure } of lab.states) {
      const problem = failure && { problem: failure };
      if (json) {
        printLine(settings, { stage, done: changes === 0, changes, ...problem, ...labelOf(lab) });
        continue;
      }
      const sign = changes === 0 ? '✓' : failure ? '?' : '·';
      terminal.print(`${sign} ${stage.padEnd(22)} ${(failure?.title ?? standing(changes ?? 0))[language]}`);
    }
    const { away } = lab.connection.state;
    for (const problem of away) {
      if (json) printLine(settings, { machine: problem.machine ?? '', problem });
      else terminal.print(`! ${problem.title[language]}${language === 'ja' ? '。' : '. '}${problem.remedy[language]}`);
    }
    return away.length === 0 && lab.states.every(({ failure }) => failure === null) ? 0 : 1;
  });
}

function standing(changes: number): Text {
  if (changes === 0) return { en: 'in place', ja: '済み' };
  return { en: `${changes} ${changes === 1 ? 'change' : 'changes'} to make`, ja: `変更 ${changes} 件が残っている` };
}

/** @param stage its id; undefined: all */
async function rollOut(settings: Settings, verb: RolloutVerb, stage?: string): Promise<number> {
  if (stage !== undefined) stageNamed(stage);
  return withLab(settings, (lab, stop) => {
    if (stage !== undefined) requirePart(lab, stage);
    if (verb === 'undo' && stage !== undefined && !settings.json) sayWhatGoes(settings, lab, stage);
    return tellRollout(settings, { lab, stop, verb, stage });
  });
}

function sayWhatGoes(settings: Settings, { parts: { lab, recording } }: OpenLab, stage: string): void {
  const going = undoneWith(stagesOf(lab, recording !== undefined), stage).map(({ id }) => id);
  const names = going.join(', ');
  if (going.length > 1) say(settings, { en: `Undone in this order: ${names}`, ja: `元に戻す順序: ${names}` });
}

/** When the lab was recorded, if it is a recording: for every line that a program reads. */
function labelOf({ parts: { recording } }: OpenLab): { readonly recorded?: string } {
  return recording ? { recorded: recording.recorded } : {};
}

/** `plan` and `status` have no events that could say it. */
function tellRecording({ language, json, terminal }: Settings, { parts: { recording } }: OpenLab): void {
  if (recording && !json) terminal.print(`${recordingLine(recording, language)}\n`);
}

function stageNamed(name: string): Stage {
  const found = stages.find(({ id }) => id === name);
  if (found) return found;
  const known = stages.map(({ id }) => id).join(', ');
  throw new UsageError({
    en: `There is no stage ${name}. The stages are: ${known}.`,
    ja: `${name} というステージはありません。ステージ: ${known}`,
  });
}

/** @throws UsageError for a stage that this lab does not ask for */
function requirePart({ parts: { lab } }: OpenLab, name: string): void {
  if (stagesOf(lab).some(({ id }) => id === name)) return;
  throw new UsageError({
    en: `This lab has no stage ${name}: write it under optional in ${lab.file}.`,
    ja: `このラボにステージ ${name} はありません。${lab.file} の optional に書いてください。`,
  });
}

function printLine({ terminal }: Settings, line: DownloadsLine | PlanLine | StatusLine | AwayLine): void {
  terminal.printJson(line);
}

function say({ language, terminal }: Settings, text: Text): void {
  terminal.print(text[language]);
}
