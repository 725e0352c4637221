import { existsSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Text } from '../../contract/text.ts';
import { shown } from '../finding.ts';
import { fields } from '../lab-fields.ts';
import { suggest } from '../suggest.ts';
import { findHost, type Asker, type FoundHost } from './find-host.ts';
import { readSshConfig, SshConfigUnreadable, type SshConfig } from './read-ssh-config.ts';

/** What an alias stands for. What the config does not say is absent. */
export interface SshAlias {
  readonly alias: string;
  /** IPv4 address, of HostName or of the name that it is. */
  readonly address: string;
  /** Of the config, else of this computer's user: as OpenSSH logs in. */
  readonly user: string;
  readonly port?: number;
  /** Absolute path of a private key. */
  readonly key?: string;
  readonly jump?: { readonly address: string; readonly user?: string; readonly port: number; readonly key?: string };
  readonly skipped: readonly Text[];
}

/** Why an alias cannot be used, and what to do. */
export interface AliasProblem {
  readonly text: Text;
  readonly remedy: Text;
}

export type Aliases = ReadonlyMap<string, SshAlias | AliasProblem>;

export interface SshSurroundings {
  /** Absolute path of the ssh config. */
  readonly config: string;
  readonly asker: Asker;
  /** The IPv4 address of a name. @throws Error when it has none */
  readonly resolve: (name: string) => Promise<string>;
}

/** Milliseconds for one name. */
const PATIENCE = 4000;

/** `~/.ssh/config` of this user, and this computer's own name lookup. */
export function sshSurroundings(): SshSurroundings {
  const home = homedir();
  return { config: join(home, '.ssh', 'config'), asker: { home, user: userName() }, resolve: resolveName };
}

/** What each name stands for. A config that is not there knows none. */
export async function findAliases(names: readonly string[], where: SshSurroundings): Promise<Aliases> {
  if (names.length === 0) return new Map();
  let config: SshConfig;
  try {
    config = await readSshConfig(where.config, where.asker.home);
  } catch (error) {
    if (!(error instanceof SshConfigUnreadable)) throw error;
    return new Map(names.map((name) => [name, unreadable(error)]));
  }
  const found = [...new Set(names)].map(async (name) => [name, await findAlias(config, name, where)] as const);
  return new Map(await Promise.all(found));
}

/** The aliases that the config states, in its order; none where it cannot be read. */
export async function listAliases({ config, asker }: SshSurroundings): Promise<readonly string[]> {
  try {
    return (await readSshConfig(config, asker.home)).aliases.filter((name) => fields.address.safeParse(name).success);
  } catch (error) {
    if (error instanceof SshConfigUnreadable) return []; // said where an alias is used
    throw error;
  }
}

async function findAlias(config: SshConfig, name: string, where: SshSurroundings): Promise<SshAlias | AliasProblem> {
  const host = findHost(config, name, where.asker);
  if (!host.known) return noSuchAlias(name, config.aliases);
  if (host.proxyCommand) return proxyCommand(name);
  const [jump, ...more] = host.jumps;
  const through = jump === undefined ? undefined : jumpOf(config, jump, where.asker);
  if (more.length > 0 || through?.jumps) return severalJumps(name);
  let address: string;
  try {
    address = isIPv4(host.hostName) ? host.hostName : await where.resolve(host.hostName);
  } catch (error) {
    return unresolved(name, host.hostName, error);
  }
  const key = keyOf(host);
  return {
    alias: name,
    address,
    user: host.user ?? where.asker.user,
    ...(host.port !== undefined && { port: host.port }),
    ...(key !== undefined && { key }),
    ...(through && { jump: through.jump }),
    skipped: [...new Set(host.skipped)].map(notEvaluated),
  };
}

/** Of several the first that there is; OpenSSH would try them all. */
function keyOf({ keys }: FoundHost): string | undefined {
  const files = keys.map((key) => resolve(key));
  return files.find((file) => existsSync(file)) ?? files[0];
}

/** A jump host may be an alias itself. `jumps`: it lies behind another one. */
function jumpOf(config: SshConfig, text: string, asker: Asker) {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]*)\]|([^:/]+))(?::(\d+))?\/?$/.exec(text) ?? [];
  const name = bracketed ?? plain ?? text;
  const host = findHost(config, name, asker);
  const key = keyOf(host);
  const as = user ?? host.user;
  const jump = { address: host.hostName, port: port === undefined ? (host.port ?? 22) : Number(port) };
  return {
    jump: { ...jump, ...(as !== undefined && { user: as }), ...(key !== undefined && { key }) },
    jumps: host.jumps.length > 0 || host.proxyCommand,
  };
}

async function resolveName(name: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return (await Promise.race([lookup(name, { family: 4 }), late])).address;
  } finally {
    clearTimeout(timer);
  }
}

/** A user without an entry in the system's list has none. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'root';
  }
}

function noSuchAlias(name: string, aliases: readonly string[]): AliasProblem {
  const meant = suggest(name, aliases);
  return {
    text: {
      en: `"${shown(name)}" is neither an IPv4 address nor an alias of ~/.ssh/config.`,
      ja: `「${shown(name)}」は IPv4 アドレスでも ~/.ssh/config のエイリアスでもありません。`,
    },
    remedy: meant
      ? { en: `Did you mean ${shown(meant)}?`, ja: `${shown(meant)} ではありませんか。` }
      : {
          en: 'Write four numbers from 0 to 255, for example 192.168.2.10, or an alias that is there.',
          ja: '192.168.2.10 のように 0 から 255 の数を 4 つ書くか、そこにあるエイリアスを書いてください。',
        },
  };
}

function unreadable({ file, why }: SshConfigUnreadable): AliasProblem {
  const said = `${file}: ${shown(why)}`;
  return {
    text: {
      en: `This would be an alias of ~/.ssh/config, which cannot be read (${said}).`,
      ja: `~/.ssh/config のエイリアスのようですが、その設定を読み取れません (${said})。`,
    },
    remedy: {
      en: 'Correct that file, or write the IPv4 address here.',
      ja: 'そのファイルを直すか、ここに IPv4 アドレスを書いてください。',
    },
  };
}

function unresolved(name: string, hostName: string, error: unknown): AliasProblem {
  const why = error instanceof Error ? error.message : String(error);
  return {
    text: {
      en: `The alias ${name} stands for ${shown(hostName)}, of which no IPv4 address is known here (${shown(why)}).`,
      ja: `エイリアス ${name} の HostName は ${shown(hostName)} ですが、その IPv4 アドレスが分かりません (${shown(why)})。`,
    },
    remedy: {
      en: 'Write the IPv4 address as HostName in ~/.ssh/config, or here.',
      ja: '~/.ssh/config の HostName かここに、IPv4 アドレスを書いてください。',
    },
  };
}

function proxyCommand(name: string): AliasProblem {
  return {
    text: {
      en: `The alias ${name} is reached by a ProxyCommand, which Hoplab does not run.`,
      ja: `エイリアス ${name} は ProxyCommand を使いますが、Hoplab は実行しません。`,
    },
    remedy: jumpInstead,
  };
}

function severalJumps(name: string): AliasProblem {
  return {
    text: {
      en: `The alias ${name} is reached through several jump hosts, but Hoplab goes through one.`,
      ja: `エイリアス ${name} は複数の踏み台を通りますが、Hoplab が通れる踏み台は 1 つです。`,
    },
    remedy: jumpInstead,
  };
}

const jumpInstead: Text = {
  en: 'Write the IPv4 address here and one jump host: ssh: { jump: { address: … } }.',
  ja: 'ここに IPv4 アドレスを書き、踏み台を ssh: { jump: { address: … } } で 1 つ指定してください。',
};

function notEvaluated(criterion: string): Text {
  return {
    en: `"Match ${shown(criterion)}" is not evaluated, nothing is run: what stands below it was left out`,
    ja: `「Match ${shown(criterion)}」は評価せず、何も実行しません。その下の設定は使いません`,
  };
}
