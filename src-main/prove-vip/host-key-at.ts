import type { Fact } from '../facts/fact.ts';
import { noAnswer } from '../facts/no-answer.ts';
import { sh } from '../machines/command.ts';
import type { HostKey } from '../machines/known-hosts.ts';
import { hostKeyAlgorithms } from '../machines/ssh/ssh-host-keys.ts';

/** Which SSH server answers at an address. */
export interface HostKeyAnswer {
  /** `SHA256:…` of the key that the server has proved to hold; undefined: no server did. */
  readonly fingerprint: string | undefined;
  /** Something took the connection: without a key it may be a machine that is too busy to answer in time. */
  readonly connected: boolean;
  /** What ssh said where there is none: `Connection timed out`, `No route to host`; empty: nothing. */
  readonly problem: string;
}

/**
 * The host key of whoever answers at an address. The system's own ssh asks, which Local Network privacy of macOS lets pass; it
 * reads no settings of the user, believes and keeps no key, and does not log in.
 * Source: `ssh -v` of OpenSSH, `debug1: Server host key: ssh-ed25519 SHA256:…`; the new keys come after the signature was verified.
 * @param pinned the algorithms of these are asked for first: a server shows one key of several
 * @param patience seconds that the connection and the key each may take
 */
export function hostKeyAt(
  address: string,
  port: number,
  pinned: readonly HostKey[],
  patience = 5,
): Fact<HostKeyAnswer> {
  return {
    id: 'host-key-at',
    slow: true,
    command: sh`LC_ALL=C ssh -v -F none -o BatchMode=yes -o PreferredAuthentications=none -o IdentityFile=/dev/null -o ControlPath=none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null -o ${`ConnectTimeout=${patience}`} -o ${`HostKeyAlgorithms=${hostKeyAlgorithms(pinned).join(',')}`} -p ${port} nobody@${address} true`,
    accept: 'any',
    parse: (printed) => {
      if (printed.exitCode === 127) throw noAnswer(printed);
      const { stderr } = printed;
      const [, shown] = /^debug1: Server host key: \S+ (SHA256:[\w+/]+)\s*$/m.exec(stderr) ?? [];
      const proved = /^debug1: SSH2_MSG_NEWKEYS received\s*$/m.test(stderr);
      const [, , problem = ''] =
        /^(ssh: connect to host|kex_exchange_identification:|Connection) (.*)$/m.exec(stderr) ?? [];
      const connected = /^debug1: Connection established\.\s*$/m.test(stderr);
      return { fingerprint: proved ? shown : undefined, connected, problem: problem.trim() };
    },
  };
}
