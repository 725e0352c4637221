import { confirm } from '@inquirer/prompts';
import type { PlanLine, StatusLine } from '../contract/lines.ts';
import type { Text } from '../contract/text.ts';
import { bareRecording } from '../engine/lab-access.ts';
import { explain } from '../rollout/explain.ts';
import type { Outcome, Rollout } from '../rollout/rollout.ts';
import { Session, type RecordingLabel } from '../rollout/session.ts';
import { stages } from '../stages/index.ts';
import { changesOf, type Change } from '../plan/plan.ts';
import type { Stage } from '../stages/stage.ts';
import { promptOutput, Questions } from './prompt.ts';
import { recordingLine } from './human-output.ts';
import { UsageError, type Settings } from './settings.ts';
import { openLab, tellRollout } from './tell-rollout.ts';

const LAST = stages.at(-1)?.id ?? '';

/** Rolls out up to a stage. The commands return their exit code. */
export async function up(settings: Settings, { to = LAST }: { to?: string }): Promise<number> {
  const target = stageNamed(to);
  return rollOut(settings, 'up', (rollout) => rollout.up(target.id));
}

/** Rolls the recording out from bare machines, and says how to go on with one's own. */
export async function tour(settings: Settings): Promise<number> {
  const speed = settings.speed ?? TOUR_SPEED;
  const code = await tellRollout(
    settings,
    () => bareRecording(speed),
    'up',
    (rollout) => rollout.up(LAST),
  );
  if (code === 0 && !settings.json) say(settings, NEXT);
  return code;
}

const TOUR_SPEED = 10;
const NEXT: Text = {
  en: `
That was a recording: three machines of a real lab, and every answer as they gave it. To look around in it:
  hoplab --recording --speed instant up      then: status, verify -v, undo gateway, plan -v
With your own machines (Linux, SSH, sudo; a bundle to install from, see README):
  hoplab init --nodes 192.168.2.10,192.168.2.11,192.168.2.12 --user lab
  hoplab trust
  hoplab plan
  hoplab up
(from a checkout, \`npm start -- COMMAND\` is \`hoplab COMMAND\`)`,
  ja: `
ここまでは記録の再生です。実際のラボの 3 台のマシンの応答をそのまま使っています。記録の中を見て回るには:
  hoplab --recording --speed instant up      続けて status, verify -v, undo gateway, plan -v
自分のマシンで使うには（Linux、SSH、sudo、インストール元のバンドルが必要。README を参照）:
  hoplab init --nodes 192.168.2.10,192.168.2.11,192.168.2.12 --user lab
  hoplab trust
  hoplab plan
  hoplab up
（チェックアウトからは \`npm start -- コマンド\` が \`hoplab コマンド\` です）`,
};

export async function verify(settings: Settings, name: string | undefined): Promise<number> {
  const asked = name === undefined ? stages : [stageNamed(name)];
  return rollOut(settings, 'verify', (rollout) => rollout.verify(asked));
}

export async function undo(settings: Settings, name: string): Promise<number> {
  const target = stageNamed(name);
  return rollOut(settings, 'undo', (rollout) => rollout.undo(target.id));
}

/** Takes everything back. Asks first where there is somebody to ask. */
export async function reset(settings: Settings, { yes = false }: { yes?: boolean }): Promise<number> {
  const { lab, recording } = await openLab(settings, new Questions());
  const names = lab.nodes.map(({ name }) => name).join(', ');
  const message =
    settings.language === 'ja'
      ? `${names} からクラスタと Hoplab が入れたものをすべて取り除きますか？`
      : `Take the cluster and all that Hoplab installed off ${names}?`;
  if (!yes && !recording && process.stdin.isTTY && !(await confirm({ message, default: false }, promptOutput)))
    return 1;
  return rollOut(settings, 'reset', (rollout) => rollout.undo(stages[0]?.id ?? ''));
}

/** Prints every change that `up` would make now; changes nothing. */
export async function plan(settings: Settings, { to = LAST }: { to?: string }): Promise<number> {
  const last = stages.indexOf(stageNamed(to));
  const { decided, recorded } = await decideAll(settings, stages.slice(0, last + 1));
  if (settings.json) {
    for (const { stage, changes } of decided) {
      for (const { machine, sentence, command } of changes) {
        printLine(settings, { stage: stage.id, machine, sentence, command, ...recorded });
      }
    }
    return 0;
  }
  const { terminal, language } = settings;
  for (const { stage, changes } of decided) {
    terminal.print(`${stage.id} · ${stage.title[language]}`);
    for (const { machine, sentence, command } of changes) {
      terminal.print(`  + ${machine}: ${sentence[language]}`);
      if (settings.verbose) terminal.print(command.replaceAll(/^/gm, '      $ '));
    }
  }
  const count = decided.flatMap(({ changes }) => changes).length;
  say(settings, { en: `${count} changes; nothing was changed.`, ja: `変更 ${count} 件。まだ何も変更していません。` });
  return 0;
}

/** Prints how far the lab is, from what the machines say now. */
export async function status(settings: Settings): Promise<number> {
  const { settled, recorded } = await decideEach(settings, stages);
  for (const { stage, decision } of settled) {
    const known = decision.status === 'fulfilled';
    const changes = known ? decision.value.length : null;
    if (settings.json) {
      const problem = known ? {} : { problem: explain(decision.reason) };
      printLine(settings, { stage: stage.id, done: changes === 0, changes, ...problem, ...recorded });
      continue;
    }
    const word: Text = known ? standing(decision.value.length) : explain(decision.reason).title;
    settings.terminal.print(
      `${changes === 0 ? '✓' : known ? '·' : '?'} ${stage.id.padEnd(22)} ${word[settings.language]}`,
    );
  }
  return settled.every(({ decision }) => decision.status === 'fulfilled') ? 0 : 1;
}

function standing(changes: number): Text {
  if (changes === 0) return { en: 'in place', ja: '済み' };
  return { en: `${changes} changes to make`, ja: `変更 ${changes} 件が残っている` };
}

interface Settled {
  readonly settled: readonly { readonly stage: Stage; readonly decision: PromiseSettledResult<readonly Change[]> }[];
  /** When the lab was recorded, if it is a recording: for every line that a program reads. */
  readonly recorded: { readonly recorded?: string };
}

/** What each stage would change. @throws why the first of them cannot say it */
async function decideAll(settings: Settings, wanted: readonly Stage[]) {
  const { settled, recorded } = await decideEach(settings, wanted);
  const decided = settled.map(({ stage, decision }) => {
    if (decision.status === 'rejected') throw decision.reason;
    return { stage, changes: decision.value };
  });
  return { decided, recorded };
}

async function decideEach(settings: Settings, wanted: readonly Stage[]): Promise<Settled> {
  const questions = new Questions();
  const access = await openLab(settings, questions);
  tellRecording(settings, access.recording);
  const session = await Session.open(access, questions.signal);
  try {
    const settled = await Promise.all(
      wanted.map(async (stage) => {
        const [decision] = await Promise.allSettled([stage.decide(session.context).then(changesOf)]);
        return { stage, decision };
      }),
    );
    return { settled, recorded: access.recording ? { recorded: access.recording.recorded } : {} };
  } finally {
    await session.close();
  }
}

function rollOut(
  settings: Settings,
  verb: 'up' | 'verify' | 'undo' | 'reset',
  work: (rollout: Rollout) => Promise<Outcome>,
): Promise<number> {
  return tellRollout(settings, (questions) => openLab(settings, questions), verb, work);
}

/** `plan` and `status` have no events that could say it. */
function tellRecording({ language, json, terminal }: Settings, recording: RecordingLabel | undefined): void {
  if (recording && !json) terminal.print(`${recordingLine(recording, language)}\n`);
}

function stageNamed(name: string): Stage {
  const found = stages.find(({ id }) => id === name);
  if (found) return found;
  const known = stages.map(({ id }) => id).join(', ');
  throw new UsageError({
    en: `There is no stage ${name}. The stages are: ${known}.`,
    ja: `${name} という段階はありません。段階: ${known}`,
  });
}

function printLine({ terminal }: Settings, line: PlanLine | StatusLine): void {
  terminal.printJson(line);
}

function say({ language, terminal }: Settings, text: Text): void {
  terminal.print(text[language]);
}
