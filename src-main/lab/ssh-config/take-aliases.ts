import type { TakenAlias } from '../../contract/ssh-aliases.ts';
import { refusal } from '../form-texts.ts';
import { valueAt, type Finding, type Path } from '../finding.ts';
import { fields } from '../lab-fields.ts';
import type { Aliases, SshAlias } from './find-aliases.ts';

/** A lab file as plain data, with what aliases stand for in their place. */
export interface Taken {
  readonly value: unknown;
  /** By the path of the machine, as JSON: `["nodes",0]`. */
  readonly taken: ReadonlyMap<string, TakenAlias>;
  readonly findings: readonly Finding[];
}

/** The addresses of a lab file that are aliases, as far as they have the form of one. */
export function aliasesIn(raw: unknown): string[] {
  return machinePaths(raw).flatMap((path) => aliasAt(raw, path) ?? []);
}

/**
 * Puts the IPv4 address in the place of each alias, and what the config says into the machine's `ssh`, but for what the lab file
 * states there or in the general `ssh`. Pure.
 */
export function takeAliases(raw: unknown, aliases: Aliases): Taken {
  const taken = new Map<string, TakenAlias>();
  const findings: Finding[] = [];
  let value = raw;
  for (const path of machinePaths(raw)) {
    const alias = aliasAt(raw, path);
    if (alias === undefined) continue;
    const found = aliases.get(alias) ?? refusal('ipv4', alias);
    if ('remedy' in found) {
      findings.push({ path: [...path, 'address'], ...found });
      continue;
    }
    const stated = isStated(raw, path);
    const { user, port, key, jump } = found;
    const ssh = missingOnly({ user, port, key, jump }, stated);
    taken.set(JSON.stringify(path), takenOf(found, stated));
    value = withMachine(value, path, (machine) => ({
      ...machine,
      address: found.address,
      ...(isFree(machine['ssh']) && { ssh: { ...ssh, ...machine['ssh'] } }),
    }));
  }
  return { value, taken, findings };
}

type Mapping = Readonly<Record<string, unknown>>;

/** Nodes and the client. */
export function machinePaths(raw: unknown): Path[] {
  const nodes = valueAt(raw, ['nodes']);
  return [...(Array.isArray(nodes) ? nodes.map((_, index): Path => ['nodes', index]) : []), ['client']];
}

function aliasAt(raw: unknown, path: Path): string | undefined {
  const address = fields.address.safeParse(valueAt(raw, [...path, 'address'])).data;
  return address === undefined || fields.ipv4.safeParse(address).success ? undefined : address;
}

/** Whether a key of `ssh` is written for a machine, or for all. */
function isStated(raw: unknown, path: Path): (key: string) => boolean {
  return (key) =>
    [
      [...path, 'ssh', key],
      ['ssh', key],
    ].some((each) => valueAt(raw, each) !== undefined);
}

/** What is shown of an alias. @param stated whether the lab file has a key of `ssh` itself */
export function takenOf(found: SshAlias, stated: (key: string) => boolean = () => false): TakenAlias {
  const { alias, user, port, key, jump, skipped } = found;
  const through = jump && `${jump.user === undefined ? '' : `${jump.user}@`}${jump.address}:${jump.port}`;
  return { alias, ...missingOnly({ user, port, key, jump: through }, stated), skipped: [...skipped] };
}

function missingOnly<Values extends object>(values: Values, stated: (key: string) => boolean): Defined<Values> {
  const entries = Object.entries(values).filter(([name, value]) => value !== undefined && !stated(name));
  return Object.fromEntries(entries) as Defined<Values>;
}

type Defined<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

/** What is no mapping is a problem of the schema, and stays. */
function isFree(ssh: unknown): ssh is Mapping | undefined {
  return ssh === undefined || (typeof ssh === 'object' && ssh !== null && !Array.isArray(ssh));
}

function withMachine(raw: unknown, path: Path, change: (machine: Mapping) => Mapping): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return change(raw as Mapping);
  if (Array.isArray(raw))
    return raw.map((item: unknown, index) => (index === first ? withMachine(item, rest, change) : item));
  return { ...(raw as Mapping), [first]: withMachine((raw as Mapping)[first], rest, change) };
}
