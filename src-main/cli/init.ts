import type { ProviderId } from '../contract/machines.ts';
import { userInfo } from 'node:os';
import { input } from '@inquirer/prompts';
import { hoplabHome } from '../engine/home.ts';
import { LabList } from '../engine/lab-list.ts';
import { writeLabFile } from '../engine/write-lab-file.ts';
import type { LabFileAnswers } from '../lab/lab-file-template.ts';
import { isAlias, namedMachine } from '../lab/name-nodes.ts';
import { findAliases, listAliases, sshSurroundings } from '../lab/ssh-config/find-aliases.ts';
import { takenOf } from '../lab/ssh-config/take-aliases.ts';
import type { Text } from '../contract/text.ts';
import { onThisComputer } from '../providers/computer.ts';
import { providerOf } from '../providers/index.ts';
import type { Computer } from '../providers/provider.ts';
import { promptOutput } from './prompt.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { tellAlias } from './tell-aliases.ts';

export interface InitOptions {
  /** Addresses or aliases separated by commas, or name=address; the first is the control plane. */
  readonly nodes?: string;
  /** VMs on this computer, in place of nodes. */
  readonly machines?: ProviderId;
  readonly count?: number;
  readonly cpus?: number;
  readonly memory?: string;
  readonly disk?: string;
  readonly image?: string;
  readonly user?: string;
  readonly key?: string;
  readonly password?: boolean;
  readonly sudo?: 'passwordless' | 'password';
  readonly client?: string;
  readonly pool?: string;
  readonly vip?: string;
  readonly zone?: string;
  readonly bundle?: string;
  readonly overrides?: string;
  readonly force?: boolean;
}

/** Writes a commented lab file from flags and answers. Nothing is written when they do not make a good lab. */
export async function init(settings: Settings, options: InitOptions): Promise<number> {
  const { language, file } = settings;
  const answered = await answers(settings, options);
  const labs = await new LabList(hoplabHome()).known();
  await writeLabFile(answered, file, { replace: options.force ?? false, labs });
  await tellTaken(settings, answered);
  const next =
    options.machines !== undefined
      ? VMS_NEXT(file)
      : {
          en: `Wrote ${file}. Next: \`hoplab trust\` pins the host keys, \`hoplab plan\` shows the changes, \`hoplab up\` makes them.`,
          ja: `${file} を書きました。次は \`hoplab trust\` でホスト鍵を固定し、\`hoplab plan\` で変更を確かめ、\`hoplab up\` で展開します。`,
        };
  settings.terminal.print(next[language]);
  const remark = options.machines === 'multipass' ? await onThisComputer(remarkOf) : undefined;
  if (remark) settings.terminal.print(remark[language]);
  return 0;
}

const remarkOf = (computer: Computer): Promise<Text | undefined> => providerOf('multipass').remark(computer);

const VMS_NEXT = (file: string): Text => ({
  en: `Wrote ${file}. Next: \`hoplab plan\` shows what is made, \`hoplab up\` makes the VMs and rolls the lab out on them.`,
  ja: `${file} を書きました。次は \`hoplab plan\` で作るものを確かめ、\`hoplab up\` で VM を作ってラボを展開します。`,
});

async function answers(settings: Settings, options: InitOptions): Promise<LabFileAnswers> {
  if (options.machines !== undefined) return vmAnswers(settings, options, options.machines);
  const ja = settings.language === 'ja';
  const nodes = await given(options.nodes, await nodesQuestion(ja), '--nodes');
  const machines = nodes.split(',').map(namedMachine);
  const asked = options.user === undefined && machines.every(({ address }) => isAlias(address));
  const question = ja ? 'ノードの SSH ユーザー' : 'SSH user on the nodes';
  const user = asked ? undefined : await given(options.user, question, '--user', userInfo().username);
  return { ...general(settings, options), nodes: machines, ...(user !== undefined && { user }) };
}

/** @throws UsageError for options of machines that are there already */
function vmAnswers(settings: Settings, options: InitOptions, provider: ProviderId): LabFileAnswers {
  const { count, cpus, memory, disk, image } = options;
  const given = provider === 'multipass' ? options.nodes : undefined;
  const refused = (['nodes', 'user', 'key', 'password', 'sudo'] as const).find(
    (name) => options[name] !== undefined && !(name === 'nodes' && given !== undefined),
  );
  if (refused) {
    throw new UsageError({
      en: `--machines has VMs made, which Hoplab gives its own user and key: leave out --${refused} and addresses.`,
      ja: `--machines では Hoplab が VM を作り、ユーザーと鍵も用意します。--${refused} とアドレスは指定しないでください。`,
    });
  }
  const asked = Object.entries({ count, cpus, memory, disk, image }).filter(([, value]) => value !== undefined);
  const nodes = given === undefined ? [] : given.split(',').map(namedMachine);
  return { ...general(settings, options), nodes, machines: { provider, ...Object.fromEntries(asked) } };
}

function general(settings: Settings, options: InitOptions): Omit<LabFileAnswers, 'nodes'> {
  const { key, password, sudo, client, pool, vip, zone, bundle, overrides } = options;
  return {
    language: settings.language,
    ...(key !== undefined && { key }),
    ...(password !== undefined && { password }),
    ...(sudo !== undefined && { sudo }),
    ...(client !== undefined && { client: client === 'this-computer' ? client : { address: client } }),
    ...(pool !== undefined && { pool }),
    ...(vip !== undefined && { vip }),
    ...(zone !== undefined && { zone }),
    ...(bundle !== undefined && { bundle }),
    ...(overrides !== undefined && { kubeadmOverrides: overrides }),
  };
}

/** Says which aliases there are. */
async function nodesQuestion(ja: boolean): Promise<string> {
  const aliases = (await listAliases(sshSurroundings())).slice(0, MOST_OFFERED).join(', ');
  if (ja)
    return `ノードのアドレス${aliases && `、または ~/.ssh/config のエイリアス (${aliases})`} (カンマ区切り、先頭がコントロールプレーン)`;
  return `Addresses of the nodes${aliases && `, or aliases of ~/.ssh/config (${aliases})`} (separated by commas, the control plane first)`;
}

const MOST_OFFERED = 12;

/** What the aliases brought that was not answered. */
async function tellTaken(settings: Settings, { nodes, user, key }: LabFileAnswers): Promise<void> {
  const found = await findAliases(nodes.map(({ address }) => address).filter(isAlias), sshSurroundings());
  const given: Readonly<Record<string, unknown>> = { user, key };
  for (const { address: alias, name = alias } of nodes) {
    const one = found.get(alias);
    if (one && 'address' in one)
      tellAlias(settings, { name, address: one.address, alias: takenOf(one, (each) => given[each] !== undefined) });
  }
}

async function given(value: string | undefined, message: string, flag: string, suggestion?: string): Promise<string> {
  if (value !== undefined) return value;
  if (!process.stdin.isTTY) {
    throw new UsageError({
      en: `There is no terminal to ask for input: add ${flag}.`,
      ja: `ターミナルがないため質問できません。${flag} を指定してください。`,
    });
  }
  return input({ message, ...(suggestion !== undefined && { default: suggestion }) }, promptOutput);
}
