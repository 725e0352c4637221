import { confirm } from '@inquirer/prompts';
import { readLabFile } from '../lab/read-lab-file.ts';
import type { Lab, SshAccess } from '../lab/lab.ts';
import { quote } from '../machines/command.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { jumpHostName } from '../machines/ssh/route.ts';
import { scanHostKey } from '../machines/ssh/scan-host-key.ts';
import type { Secrets } from '../machines/ssh/secrets.ts';
import { Redactor } from '../rollout/redactor.ts';
import { askSecrets } from './ask-secrets.ts';
import { knownHostsFile, prepareHome } from './home.ts';
import { Questions } from './prompt.ts';
import { UsageError, type Settings } from './settings.ts';

interface Host {
  readonly name: string;
  readonly address: string;
  readonly access: SshAccess;
}

export interface TrustOptions {
  /** Name of a machine whose pinned key is replaced: after it was reinstalled. */
  readonly replace?: string;
  /** Do not ask: the fingerprints were compared before. */
  readonly yes?: boolean;
}

/** Shows the host keys of a lab's machines and pins those that the user accepts. Exit code 1 when one was not accepted. */
export async function trust(settings: Settings, { replace, yes = false }: TrustOptions): Promise<number> {
  const lab = await readLabFile(settings.file);
  prepareHome();
  const hosts = hostsOf(lab);
  if (replace !== undefined && !hosts.some(({ name }) => name === replace)) throw unknownMachine(replace, hosts);
  const questions = new Questions();
  const ask = {
    settings,
    questions,
    secrets: askSecrets(settings.language, new Redactor(), questions),
    yes: yes || settings.acceptNew,
    knownHosts: new KnownHosts(knownHostsFile()),
  };
  const wanted = replace === undefined ? hosts : hosts.filter(({ name }) => name === replace);
  let fine = true;
  for (const host of wanted) fine = (await pin(host, { ...ask, replace: replace !== undefined })) && fine;
  return fine ? 0 : 1;
}

interface Ask {
  readonly settings: Settings;
  readonly questions: Questions;
  readonly secrets: Secrets;
  readonly knownHosts: KnownHosts;
  readonly yes: boolean;
  readonly replace: boolean;
}

async function pin({ name, address, access }: Host, ask: Ask): Promise<boolean> {
  const { settings, questions, secrets, knownHosts, yes, replace } = ask;
  const { language } = settings;
  const key = await scanHostKey({ name, address, access, secrets, knownHosts });
  const verdict = await knownHosts.verify(address, access.port, key.key);
  const line = `${name} (${address}:${access.port}) ${key.type} ${key.fingerprint}`;
  if (verdict.kind === 'ok') return tell(`✓ ${line}`, true);
  if (verdict.kind === 'changed' && !replace) {
    const old = verdict.pinned.map(({ fingerprint }) => fingerprint).join(', ');
    const replaces = `hoplab trust --replace ${quote(name)}`;
    const what =
      language === 'ja'
        ? `固定した鍵 ${old} と違います。再インストールしたのなら ${replaces}`
        : `differs from the pinned ${old}; after a reinstallation: ${replaces}`;
    return tell(`✗ ${line}: ${what}`, false);
  }
  const message = language === 'ja' ? `${line} を固定しますか？` : `Pin ${line}?`;
  const accepted =
    yes ||
    (process.stdin.isTTY && (await questions.ask(name, (context) => confirm({ message, default: false }, context))));
  if (!accepted) {
    return tell(
      language === 'ja' ? `- ${line}: 固定していません (--yes で承認)` : `- ${line}: not pinned (--yes accepts)`,
      false,
    );
  }
  await (replace ? knownHosts.replace(address, access.port, key.key) : knownHosts.pin(address, access.port, key.key));
  return tell(language === 'ja' ? `+ ${line}: 固定しました` : `+ ${line}: pinned`, true);
}

function tell(line: string, fine: boolean): boolean {
  process.stdout.write(`${line}\n`);
  return fine;
}

function hostsOf({ nodes, client }: Lab): readonly Host[] {
  const machines = nodes.map(({ name, address, ssh }) => ({ name, address, access: ssh }));
  if (client.kind === 'ssh') machines.push({ name: 'client', address: client.address, access: client.ssh });
  return [...jumpHosts(machines), ...machines];
}

/** Each jump host once, first: what lies behind it is reached through it. */
function jumpHosts(machines: readonly Host[]): readonly Host[] {
  const hosts = new Map<string, Host>();
  for (const { access } of machines) {
    const { jump, ...own } = access;
    if (!jump) continue;
    const { address, user, port } = jump;
    hosts.set(`${address}:${port}`, { name: jumpHostName(jump), address, access: { ...own, user, port } });
  }
  return [...hosts.values()];
}

function unknownMachine(name: string, hosts: readonly Host[]): UsageError {
  const known = hosts.map((host) => host.name).join(', ');
  return new UsageError({
    en: `There is no machine ${name} in the lab file. The machines are: ${known}.`,
    ja: `ラボファイルに ${name} というマシンはありません。マシン: ${known}`,
  });
}
