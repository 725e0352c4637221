import { confirm } from '@inquirer/prompts';
import type { Command } from 'commander';
import type { VmLine } from '../contract/lines.ts';
import { snapshotNameSchema, type Vms, type VmState } from '../contract/machines.ts';
import type { RolloutVerb } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';
import type { Parts } from './command-parts.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { helpTexts } from './help-texts.ts';
import { promptOutput } from './prompt.ts';
import { tellRollout } from './tell-rollout.ts';
import { withLab } from './with-lab.ts';

/** `hoplab machines …`: the VMs of a lab. */
export function defineMachines(cli: Command, { settings, run, say }: Parts): void {
  const machines = cli.command('machines').description(say(helpTexts.vms)).helpCommand(false);
  machines
    .command('list', { isDefault: true })
    .description(say(helpTexts.vmsList))
    .action(() => run(() => list(settings()))());
  for (const verb of ['start', 'stop'] as const) {
    machines
      .command(verb)
      .description(say(helpTexts[verb === 'start' ? 'vmsStart' : 'vmsStop']))
      .action(() => run(() => work(settings(), verb))());
  }
  for (const verb of ['snapshot', 'restore'] as const) {
    machines
      .command(verb)
      .argument('<name>', say(helpTexts.snapshotName))
      .description(say(helpTexts[verb === 'snapshot' ? 'vmsSnapshot' : 'vmsRestore']))
      .action((name: string) => run(() => work(settings(), verb, named(name)))());
  }
  machines
    .command('delete')
    .description(say(helpTexts.vmsDelete))
    .option('--yes', say(helpTexts.yes))
    .action((options: { yes?: boolean }) => run(() => remove(settings(), options))());
}

const STATES: Readonly<Record<VmState, Text>> = {
  missing: { en: 'not made yet', ja: '未作成' },
  stopped: { en: 'stopped', ja: '停止' },
  running: { en: 'running', ja: '動作中' },
  foreign: { en: 'of another lab', ja: '別のラボの VM' },
  unknown: { en: 'unknown', ja: '不明' },
};

async function list(settings: Settings): Promise<number> {
  return withLab(
    settings,
    async (lab) => {
      const vms = await lab.vms.list();
      tellVms(settings, vms);
      return vms.machines.every(({ state }) => state === 'running' || state === 'stopped') ? 0 : 1;
    },
    { keptOnly: true },
  );
}

/** Prints the VMs of a lab, a line each, and its snapshots. */
export function tellVms({ terminal, language, json }: Settings, { provider, machines, snapshots }: Vms): void {
  for (const vm of machines) {
    const line: VmLine = { event: 'vm', provider, ...vm };
    if (json) terminal.printJson(line);
    else terminal.print(`${vm.node.padEnd(22)} ${vm.address.padEnd(16)} ${STATES[vm.state][language]}  (${vm.vm})`);
  }
  const said: Text = { en: `Snapshots: ${snapshots.join(', ')}`, ja: `スナップショット: ${snapshots.join('、')}` };
  if (!json && snapshots.length > 0) terminal.print(said[language]);
}

function work(settings: Settings, verb: RolloutVerb, snapshot?: string): Promise<number> {
  return withLab(settings, (lab, stop) => tellRollout(settings, { lab, stop, verb, snapshot }), { keptOnly: true });
}

async function remove(settings: Settings, { yes = false }: { yes?: boolean }): Promise<number> {
  return withLab(
    settings,
    async (lab, stop) => {
      const { machines } = await lab.vms.list();
      const names = machines.filter(({ state }) => state !== 'missing').map(({ vm }) => vm);
      const message: Text = {
        en: `Delete ${names.join(', ')} with everything on them?`,
        ja: `${names.join('、')} を中身ごと削除しますか?`,
      };
      const asks = !yes && names.length > 0 && process.stdin.isTTY;
      if (asks && !(await confirm({ message: message[settings.language], default: false }, promptOutput))) return 1;
      return tellRollout(settings, { lab, stop, verb: 'delete' });
    },
    { keptOnly: true },
  );
}

/** @throws UsageError for what cannot be a snapshot's name */
function named(name: string): string {
  if (snapshotNameSchema.safeParse(name).success) return name;
  throw new UsageError({
    en: `"${name}" cannot be the name of a snapshot: use at most 40 lower-case letters, digits and hyphens.`,
    ja: `「${name}」はスナップショットの名前に使えません。英小文字、数字、ハイフンで 40 文字以内にしてください。`,
  });
}
