import { userInfo } from 'node:os';
import { input } from '@inquirer/prompts';
import { writeLabFile } from '../engine/write-lab-file.ts';
import type { LabFileAnswers } from '../lab/lab-file-template.ts';
import { promptOutput } from './prompt.ts';
import { UsageError, type Settings } from './command-settings.ts';

export interface InitOptions {
  /** Addresses separated by commas, or name=address; the first is the control plane. */
  readonly nodes?: string;
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
  await writeLabFile(await answers(settings, options), file, { replace: options.force ?? false });
  const next = {
    en: `Wrote ${file}. Next: \`hoplab trust\` pins the host keys, \`hoplab plan\` shows the changes, \`hoplab up\` makes them.`,
    ja: `${file} を書きました。次は \`hoplab trust\` でホスト鍵を固定し、\`hoplab plan\` で変更を確かめ、\`hoplab up\` で展開します。`,
  };
  settings.terminal.print(next[language]);
  return 0;
}

async function answers(settings: Settings, options: InitOptions): Promise<LabFileAnswers> {
  const ja = settings.language === 'ja';
  const nodes = await given(
    options.nodes,
    ja
      ? 'ノードのアドレス (カンマ区切り、先頭がコントロールプレーン)'
      : 'Addresses of the nodes (separated by commas, the control plane first)',
    '--nodes',
  );
  const user = await given(
    options.user,
    ja ? 'ノードの SSH ユーザー' : 'SSH user on the nodes',
    '--user',
    userInfo().username,
  );
  const { key, password, sudo, client, pool, vip, zone, bundle, overrides } = options;
  return {
    language: settings.language,
    nodes: nodes.split(',').map(node),
    user,
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

function node(text: string): LabFileAnswers['nodes'][number] {
  const [first = '', address] = text.trim().split('=', 2);
  return address === undefined ? { address: first } : { name: first, address };
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
