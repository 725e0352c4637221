import {
  AuthenticationRefused,
  CertificateNotOffered,
  LoginSlow,
  MachineUnreachable,
  OutdatedAlgorithms,
  TooManyKeys,
  type MachineError,
} from '../errors.ts';
import type { Endpoint } from './route.ts';

/** What is said of a key whose certificate was left out: https://github.com/mscdex/ssh2/issues/551 */
export const NO_CERTIFICATE = 'its certificate cannot be offered';

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

/** What Hoplab and the host have said by the time that a connection fails. */
export interface Said {
  /** Ways to log in that were offered to the host. */
  readonly tried: readonly string[];
  /** What the host offers of what was agreed upon last, as `Host key format: ssh-rsa`. */
  readonly offered?: string | undefined;
}

/** The error of a connection that was not established. */
export function connectError(endpoint: Endpoint, error: Ssh2Error, { tried, offered }: Said): MachineError {
  const { machine, label } = endpoint;
  if (/too many authentication failures/i.test(error.message) && tried.some((way) => way.startsWith('agent'))) {
    const message = `${label} refused the login: the agent has more keys than it lets one try (MaxAuthTries).`;
    return new TooManyKeys(machine, message, { cause: error });
  }
  if (error.level === 'client-authentication' || /too many authentication failures/i.test(error.message)) {
    const offered = tried.length === 0 ? 'nothing that Hoplab may offer (no key, agent or password)' : tried.join(', ');
    const Refused = tried.some((way) => way.includes(NO_CERTIFICATE)) ? CertificateNotOffered : AuthenticationRefused;
    return new Refused(machine, `${label} refused the login; offered: ${offered}.`, { cause: error });
  }
  if (error.message.startsWith('Handshake failed: no matching')) {
    const only = offered === undefined ? error.message : `its ${offered}`;
    const message = `${label} knows only SSH algorithms that are not safe any more (${only}), as old servers do.`;
    return new OutdatedAlgorithms(machine, message, { cause: error });
  }
  return new MachineUnreachable(machine, `${label} cannot be reached: ${reason(error)}.`, { cause: error });
}

/** The error of a connection that got no answer within its limit. `agreed`: the host key was shown already. */
export function connectTimeout({ machine, label }: Endpoint, limit: number, agreed: boolean): MachineUnreachable {
  if (agreed) return new LoginSlow(machine, `${label} does not answer the login within ${limit / 1000} s.`);
  return new MachineUnreachable(machine, `${label} cannot be reached: no answer within ${limit / 1000} s.`);
}

function reason(error: Ssh2Error): string {
  const known = REASONS[String(error.code)];
  if (known !== undefined) return known;
  if (/before handshake|closed/i.test(error.message)) return 'it ended the connection before it let Hoplab in';
  if (error.level === 'handshake' || error.level === 'protocol')
    return `it speaks another SSH than Hoplab (${error.message})`;
  return error.message;
}
