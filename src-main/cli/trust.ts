import { confirm } from '@inquirer/prompts';
import { hoplabHome, knownHostsFile } from '../engine/home.ts';
import { hostsOf, scanHost, type Host } from '../engine/host-keys.ts';
import { askOnce } from '../engine/prompts.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { Redactor } from '../rollout/redactor.ts';
import { inTurn, promptOutput } from './prompt.ts';
import { UsageError, type Settings } from './settings.ts';
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
  const hosts = hostsOf(lab);
  if (replace !== undefined && !hosts.some(({ name }) => name === replace)) throw unknownMachine(replace, hosts);
  const ask = { settings, yes: yes || settings.acceptNew, knownHosts: new KnownHosts(knownHostsFile(hoplabHome())) };
  const wanted = replace === undefined ? hosts : hosts.filter(({ name }) => name === replace);
  let fine = true;
  for (const host of wanted) fine = (await pin(host, { ...ask, replace: replace !== undefined })) && fine;
  return fine ? 0 : 1;
}

interface Ask {
  readonly settings: Settings;
  readonly knownHosts: KnownHosts;
  readonly yes: boolean;
  readonly replace: boolean;
}

async function pin(host: Host, { settings, knownHosts, yes, replace }: Ask): Promise<boolean> {
  const { language } = settings;
  const scanned = await scanHost(host, { knownHosts, secrets: askOnce(terminalPrompts(settings), new Redactor()) });
  const { machine, address, port, type, fingerprint, verdict, pinned } = scanned.shown;
  const line = `${machine} (${address}:${port}) ${type} ${fingerprint}`;
  if (verdict === 'ok') return tell(`✓ ${line}`, true);
  if (verdict === 'changed' && !replace) {
    const old = pinned.join(', ');
    const what =
      language === 'ja'
        ? `固定した鍵 ${old} と違います。再インストールしたのなら hoplab trust --replace ${machine}`
        : `differs from the pinned ${old}; after a reinstallation: hoplab trust --replace ${machine}`;
    return tell(`✗ ${line}: ${what}`, false);
  }
  const message = language === 'ja' ? `${line} を固定しますか？` : `Pin ${line}?`;
  const accepted =
    yes || (process.stdin.isTTY && (await inTurn(() => confirm({ message, default: false }, promptOutput))));
  if (!accepted) {
    return tell(
      language === 'ja' ? `- ${line}: 固定していません (--yes で承認)` : `- ${line}: not pinned (--yes accepts)`,
      false,
    );
  }
  await scanned.pin(replace);
  return tell(language === 'ja' ? `+ ${line}: 固定しました` : `+ ${line}: pinned`, true);
}

function tell(line: string, fine: boolean): boolean {
  process.stdout.write(`${line}\n`);
  return fine;
}

function unknownMachine(name: string, hosts: readonly Host[]): UsageError {
  const known = hosts.map((host) => host.name).join(', ');
  return new UsageError({
    en: `There is no machine ${name} in the lab file. The machines are: ${known}.`,
    ja: `ラボファイルに ${name} というマシンはありません。マシン: ${known}`,
  });
}
