import { AuthenticationRefused, MachineUnreachable, type MachineError } from '../errors.ts';
import type { Endpoint } from './route.ts';

/** What ssh2 adds to an Error: where it arose. */
interface Ssh2Error extends Error {
  readonly level?: string;
  readonly code?: string | number;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens on that port (connection refused)',
  EHOSTUNREACH: 'there is no route to it (host unreachable)',
  ENETUNREACH: 'there is no route to its network (network unreachable)',
  ETIMEDOUT: 'it does not answer (timed out)',
  ECONNRESET: 'it closed the connection at once (connection reset)',
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved just now',
};

/** The error of a connection that was not established. */
export function connectError(endpoint: Endpoint, error: Ssh2Error, tried: readonly string[]): MachineError {
  const { machine, label } = endpoint;
  if (error.level === 'client-authentication' || /too many authentication failures/i.test(error.message)) {
    const offered = tried.length === 0 ? 'nothing that Hoplab may offer (no key, agent or password)' : tried.join(', ');
    return new AuthenticationRefused(machine, `${label} refused the login; offered: ${offered}.`, { cause: error });
  }
  return new MachineUnreachable(machine, `${label} cannot be reached: ${reason(error)}.`, { cause: error });
}

/** The error of a connection that got no answer within its limit. */
export function connectTimeout({ machine, label }: Endpoint, limit: number): MachineUnreachable {
  return new MachineUnreachable(machine, `${label} cannot be reached: no answer within ${limit / 1000} s.`);
}

function reason(error: Ssh2Error): string {
  const known = REASONS[String(error.code)];
  if (known !== undefined) return known;
  if (/before handshake|closed/i.test(error.message)) return 'it ended the connection before it let Hoplab in';
  if (/no matching host key/i.test(error.message)) {
    return 'it proves its host key only in ways that are broken (ssh-rsa with SHA-1, DSA), which OpenSSH refuses as well; give it an ed25519 host key (ssh-keygen -A) or a newer sshd';
  }
  if (error.level === 'handshake' || error.level === 'protocol')
    return `it speaks another SSH than Hoplab (${error.message})`;
  return error.message;
}
