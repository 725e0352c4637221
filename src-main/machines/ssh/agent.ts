import { connect } from 'node:net';
import ssh2, { type OpenSSHAgent, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';
import { signatureOf, waysToSign } from './rsa-signatures.ts';

/** How long an agent may take to list its keys. Milliseconds. */
const LIMIT = 5000;

/** The public keys of an agent that ssh2 can use; certificates are not among them. Undefined: it does not answer. */
export async function agentKeys(socket: string, limit = LIMIT): Promise<readonly ParsedKey[] | undefined> {
  const stream = connect(socket);
  const protocol = new ssh2.AgentProtocol(true);
  const listed = new Promise<readonly ParsedKey[] | undefined>((resolve) => {
    const silent = () => resolve(undefined);
    stream.setTimeout(limit, silent);
    for (const end of [stream, protocol]) end.on('error', silent).on('close', silent);
    protocol.pipe(stream).pipe(protocol);
    protocol.getIdentities((error, keys) => resolve(error ? undefined : keys));
  });
  return listed.finally(() => stream.destroy());
}

/**
 * An agent whose keys are offered in an order of ours: a server ends the login after some tries (MaxAuthTries), so the key that is
 * known to be meant comes first, and the second way to sign of all others last.
 */
export class OrderedAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: OpenSSHAgent;
  readonly #keys: readonly ParsedKey[];

  constructor(socket: string, keys: readonly ParsedKey[], first?: ParsedKey) {
    super();
    this.#agent = new ssh2.OpenSSHAgent(socket);
    const meant = keys.filter((key) => isSame(key, first)).flatMap(waysToSign);
    const others = keys.filter((key) => !isSame(key, first)).map(waysToSign);
    this.#keys = [...meant, ...others.flatMap(([way]) => way ?? []), ...others.flatMap(([, ...rest]) => rest)];
  }

  override getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    done(undefined, [...this.#keys]);
  }

  override sign(
    way: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const { key, hash } = signatureOf(way);
    this.#agent.sign(key, data, hash ? { hash } : {}, typeof options === 'function' ? options : done);
  }
}

export function isSame(key: ParsedKey, other: ParsedKey | undefined): boolean {
  return other !== undefined && key.getPublicSSH().equals(other.getPublicSSH());
}
