import { glob } from 'ssh-config';
import type { Condition, SshConfig } from './read-ssh-config.ts';

/** Who asks: what OpenSSH knows besides the config. */
export interface Asker {
  /** The user's name on this computer. */
  readonly user: string;
  /** Absolute path of the user's home. */
  readonly home: string;
}

/** What the config says of one name, tokens expanded. */
export interface FoundHost {
  /** Whether a Host line other than `Host *` is about it. */
  readonly known: boolean;
  /** The name itself unless the config says another. */
  readonly hostName: string;
  readonly user?: string;
  readonly port?: number;
  /** As they stand in the config but for tokens and `~`, in their order; `none` is left out. */
  readonly keys: readonly string[];
  /** Of ProxyJump, in their order: `ops@bastion:22`. */
  readonly jumps: readonly string[];
  readonly proxyCommand: boolean;
  /** Criteria that were not evaluated, for example `exec`; what stands below them was left out. */
  readonly skipped: readonly string[];
}

/** Reads a config for one name as OpenSSH does: of two values the first counts, and IdentityFile adds up. Pure; runs nothing. */
export function findHost({ settings, aliases }: SshConfig, name: string, asker: Asker): FoundHost {
  const values = new Map<string, string>();
  const keys: string[] = [];
  const holds = new Conditions(name, asker, values);
  for (const setting of settings) {
    if (!setting.conditions.every((condition) => holds.test(condition))) continue;
    if (setting.name === 'identityfile') keys.push(setting.value);
    // of ProxyJump and ProxyCommand the one that comes first counts
    const key = setting.name === 'proxycommand' && values.has('proxyjump') ? '' : setting.name;
    if (!values.has(key)) values.set(key, setting.value);
  }
  const hostName = expand(values.get('hostname') ?? name, { h: name });
  const [user, port] = [values.get('user'), Number(values.get('port'))];
  const tokens = { ...tokensOf(name, asker), h: hostName, r: user ?? asker.user, p: String(port || 22) };
  const jump = values.get('proxyjump');
  return {
    known: holds.known || aliases.includes(name),
    hostName,
    ...(user !== undefined && { user: expand(user, tokensOf(name, asker)) }),
    ...(Number.isInteger(port) && port > 0 && { port }),
    keys: keys.filter((file) => file.toLowerCase() !== 'none').map((file) => inHome(expand(file, tokens), asker.home)),
    jumps:
      jump === undefined || jump.toLowerCase() === 'none'
        ? []
        : expand(jump, tokens)
            .split(',')
            .map((one) => one.trim()),
    proxyCommand: jump === undefined && !/^(?:none)?$/i.test(values.get('proxycommand') ?? ''),
    skipped: holds.skipped,
  };
}

class Conditions {
  known = false;
  readonly skipped: string[] = [];
  readonly #told = new Map<Condition, boolean>();
  readonly #name: string;
  readonly #asker: Asker;
  readonly #values: ReadonlyMap<string, string>;

  constructor(name: string, asker: Asker, values: ReadonlyMap<string, string>) {
    this.#name = name;
    this.#asker = asker;
    this.#values = values;
  }

  /** A block is entered once, with what is known by then. */
  test(condition: Condition): boolean {
    const told =
      this.#told.get(condition) ?? (condition.kind === 'host' ? this.#host(condition) : this.#match(condition));
    this.#told.set(condition, told);
    return told;
  }

  #host({ patterns }: Extract<Condition, { kind: 'host' }>): boolean {
    const matches = glob([...patterns], this.#name);
    if (matches && patterns.some((pattern) => pattern !== '*' && glob([pattern], this.#name))) this.known = true;
    return matches;
  }

  #match({ criteria }: Extract<Condition, { kind: 'match' }>): boolean {
    for (const [criterion, value] of criteria) {
      const negated = criterion.startsWith('!');
      const held = this.#criterion(criterion.replace(/^!/, ''), value);
      if (held === undefined) {
        this.skipped.push(criterion);
        return false;
      }
      if (held === negated) return false;
    }
    return true;
  }

  /** Undefined: it cannot be told without running something, or is about a connection that there is not. */
  #criterion(name: string, value: string): boolean | undefined {
    const { user } = this.#asker;
    if (name === 'all') return true;
    if (name === 'host') return glob(value, expand(this.#values.get('hostname') ?? this.#name, { h: this.#name }));
    if (name === 'originalhost') return glob(value, this.#name);
    if (name === 'user') return glob(value, this.#values.get('user') ?? user);
    if (name === 'localuser') return glob(value, user);
    return name === 'canonical' ? false : undefined; // no name is made canonical here
  }
}

type Tokens = Readonly<Record<string, string>>;

function tokensOf(name: string, { user, home }: Asker): Tokens {
  return { d: home, n: name, k: name, u: user };
}

/** `%h`, `%%` and `${NAME}` of the environment; what is not known stays as it is. */
function expand(text: string, tokens: Tokens): string {
  return text
    .replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => process.env[name] ?? whole)
    .replace(/%(.)/g, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)));
}

const inHome = (path: string, home: string): string => path.replace(/^~(?=\/|$)/, () => home);
