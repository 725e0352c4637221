import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsent } from '../is-absent.ts';
import { writeAtomically } from '../write-atomically.ts';

/** A host's public key; `key` is the blob of RFC 4253 section 6.6. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string;
  readonly key: Buffer;
  /** `SHA256:…`, as OpenSSH prints it. */
  readonly fingerprint: string;
}

export interface HostKeyVerdict {
  readonly kind: 'ok' | 'unknown' | 'changed';
  readonly pinned: readonly HostKey[];
}

/** Writers of one file wait for each other, whichever instance they use; other processes are met by the atomic rename. */
const writing = new Map<string, Promise<void>>();

/**
 * Hoplab's own known_hosts file, in the format of sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT". Lines that are not understood
 * (comments, patterns, markers) are kept and match no host.
 */
export class KnownHosts {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The pinned keys of a host, none when the file does not exist. */
  async lookup(address: string, port: number): Promise<HostKey[]> {
    const lines = (await this.#read()).split('\n').map(parseLine);
    return lines.flatMap((line) => (line && matches(line.hosts, hostName(address, port)) ? [line.key] : []));
  }

  /** Every pinned key, with the host as the file names it; a hashed name stays as it is. */
  async list(): Promise<(HostKey & { readonly host: string })[]> {
    const lines = (await this.#read()).split('\n').map(parseLine);
    return lines.flatMap((line) => (line ? line.hosts.map((host) => ({ host, ...line.key })) : []));
  }

  async verify(address: string, port: number, key: Buffer): Promise<HostKeyVerdict> {
    const pinned = await this.lookup(address, port);
    if (pinned.some((known) => known.key.equals(key))) return { kind: 'ok', pinned };
    return { kind: pinned.length === 0 ? 'unknown' : 'changed', pinned };
  }

  /** Adds a key; the host's other keys stay. */
  async pin(address: string, port: number, key: Buffer): Promise<void> {
    await this.#change((lines) => withKey(lines, hostName(address, port), hostKey(key)));
  }

  /** Puts one key in place of all that were pinned for the host: after its machine was installed anew. */
  async replace(address: string, port: number, key: Buffer): Promise<void> {
    const host = hostName(address, port);
    await this.#change((lines) =>
      withKey(
        lines.flatMap((line) => without(line, host)),
        host,
        hostKey(key),
      ),
    );
  }

  /** Takes all keys of a host away: its machine is no more. */
  async forgetHost(address: string, port: number): Promise<void> {
    const host = hostName(address, port);
    await this.#change((lines) => lines.flatMap((line) => without(line, host)));
  }

  /** Takes one key of a host away; `host` is as `list` names it. */
  async forget(host: string, fingerprint: string): Promise<void> {
    await this.#change((lines) => lines.flatMap((line) => withoutKey(line, host, fingerprint)));
  }

  async #change(edit: (lines: string[]) => string[]): Promise<void> {
    const before = writing.get(this.file) ?? Promise.resolve();
    const change = before.then(async () => {
      const text = await this.#read();
      const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
      const changed = `${edit(lines).join('\n')}\n`;
      if (changed !== text) await writeAtomically(this.file, changed);
    });
    const settled = change.catch(() => undefined);
    writing.set(this.file, settled);
    void settled.then(() => writing.get(this.file) === settled && writing.delete(this.file));
    await change;
  }

  async #read(): Promise<string> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if (isAbsent(error)) return '';
      throw error;
    }
  }
}

export function hostKey(key: Buffer): HostKey {
  return { type: keyType(key) ?? 'unknown', key, fingerprint: fingerprint(key) };
}

/** As `ssh-keygen -lf` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replaceAll('=', '')}`;
}

function keyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  return length > 0 && length < 64 && key.length > 4 + length ? key.toString('latin1', 4, 4 + length) : undefined;
}

function hostName(address: string, port: number): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

interface Line {
  readonly hosts: readonly string[];
  readonly key: HostKey;
}

function parseLine(line: string): Line | undefined {
  const [hosts, type, key] = line.trim().split(/\s+/);
  if (!hosts || !type || !key || /^[#@]/.test(hosts)) return undefined;
  const blob = Buffer.from(key, 'base64');
  return keyType(blob) === type ? { hosts: hosts.split(','), key: hostKey(blob) } : undefined;
}

function matches(hosts: readonly string[], host: string): boolean {
  return hosts.some((name) => (name.startsWith('|1|') ? hashedMatch(name, host) : name.toLowerCase() === host));
}

function hashedMatch(name: string, host: string): boolean {
  const [, , salt = '', hash = ''] = name.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(host).digest('base64') === hash;
}

function withKey(lines: readonly string[], host: string, key: HostKey): string[] {
  const known = lines.some((text) => {
    const line = parseLine(text);
    return line && matches(line.hosts, host) && line.key.key.equals(key.key);
  });
  return known ? [...lines] : [...lines, `${host} ${key.type} ${key.key.toString('base64')}`];
}

/** The line without one host: shorter when it names several, none when it names only this one. */
function without(text: string, host: string): string[] {
  const line = parseLine(text);
  if (!line || !matches(line.hosts, host)) return [text];
  const others = line.hosts.filter((name) => !matches([name], host));
  return others.length === 0 ? [] : [`${others.join(',')} ${line.key.type} ${line.key.key.toString('base64')}`];
}

/** The line without one host, named as the line names it, if it is of that key. */
function withoutKey(text: string, host: string, fingerprint: string): string[] {
  const line = parseLine(text);
  if (!line?.hosts.includes(host) || line.key.fingerprint !== fingerprint) return [text];
  const others = line.hosts.filter((name) => name !== host);
  return others.length === 0 ? [] : [`${others.join(',')} ${line.key.type} ${line.key.key.toString('base64')}`];
}
