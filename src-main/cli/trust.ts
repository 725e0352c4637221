import { confirm } from '@inquirer/prompts';
import { shown } from '../contract/shown.ts';
import { hoplabHome, knownHostsFile } from '../engine/home.ts';
import { prepareHome } from '../engine/prepare-home.ts';
import { hostsOf, scanHost, type Host } from '../engine/scan-host-keys.ts';
import { askOnce } from '../engine/prompts.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { quote } from '../machines/command.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import type { Secrets } from '../machines/ssh/ssh-secrets.ts';
import { Questions } from './prompt.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { terminalPrompts } from './terminal-prompts.ts';

export interface TrustOptions {
  /** Name of a machine whose pinned key is replaced: after it was reinstalled. */
  readonly replace?: string;
  /** Do not ask: the fingerprints were compared before. */
  readonly yes?: boolean;
}

/** Shows the host keys of a lab's machines and pins those that the user accepts. Exit code 1 when one was not accepted. */
export async function trust(settings: Settings, { replace, yes = false }: TrustOptions): Promise<number> {
  const lab = await readLabFile(settings.file);
  prepareHome(hoplabHome());
  const hosts = hostsOf(lab);
  if (replace !== undefined && !hosts.some(({ name }) => name === replace)) throw unknownMachine(replace, hosts);
  const questions = new Questions();
  const ask = {
    settings,
    questions,
    secrets: askOnce(terminalPrompts(settings, questions), settings.terminal.redactor),
    yes: yes || settings.acceptNew,
    knownHosts: new KnownHosts(knownHostsFile(hoplabHome())),
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

async function pin(host: Host, ask: Ask): Promise<boolean> {
  const { settings, questions, secrets, knownHosts, yes, replace } = ask;
  const { language, terminal } = settings;
  const tell = (said: string, fine: boolean) => {
    terminal.print(said);
    return fine;
  };
  const scanned = await scanHost(host, { knownHosts, secrets });
  const { machine, address, port, type, fingerprint, verdict, pinned } = scanned.shown;
  const line = shown(`${machine} (${address}:${port}) ${type} ${fingerprint}`);
  if (verdict === 'ok') return tell(`✓ ${line}`, true);
  if (verdict === 'changed' && !replace) {
    const old = pinned.join(', ');
    const replaces = `hoplab trust --replace ${quote(machine)}`;
    const what =
      language === 'ja'
        ? `固定した鍵 ${old} と違います。再インストールしたのなら ${replaces}`
        : `differs from the pinned ${old}; after a reinstallation: ${replaces}`;
    return tell(`✗ ${line}: ${what}`, false);
  }
  const message = language === 'ja' ? `${line} を固定しますか?` : `Pin ${line}?`;
  const accepted =
    yes ||
    (process.stdin.isTTY && (await questions.ask(machine, (context) => confirm({ message, default: false }, context))));
  if (!accepted) {
    return tell(
      language === 'ja' ? `- ${line}: 固定していません (--yes で承認)` : `- ${line}: not pinned (--yes accepts)`,
      false,
    );
  }
  await scanned.pin(replace);
  return tell(language === 'ja' ? `+ ${line}: 固定しました` : `+ ${line}: pinned`, true);
}

function unknownMachine(name: string, hosts: readonly Host[]): UsageError {
  const known = hosts.map((host) => host.name).join(', ');
  return new UsageError({
    en: `There is no machine ${name} in the lab file. The machines are: ${known}.`,
    ja: `ラボファイルに ${name} というマシンはありません。マシン: ${known}`,
  });
}
