import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { portText } from './network-values.ts';
import { noAnswer } from './no-answer.ts';

export interface ListeningPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Name of the program; empty where the kernel does not tell. */
  readonly program: string;
}

/** Ports that something listens on. Source: `ss -tulnp` of iproute2, whose heading says that it was asked. */
export const listeningPorts: Fact<readonly ListeningPort[]> = {
  id: 'listening-ports',
  sudo: true,
  command: sh`ss -tulnp`,
  parse(printed) {
    const [heading = '', ...lines] = printed.stdout.split('\n');
    if (!/^Netid\s+State\s/.test(heading)) throw noAnswer(printed);
    return linesOf(lines.join('\n'), readSocket);
  },
};

/** `tcp   LISTEN 0      128           0.0.0.0:22           0.0.0.0:*    users:(("sshd",pid=720,fd=3))` */
function readSocket(line: string): ListeningPort | undefined {
  const [protocol, , , , own = '', other] = line.split(/\s+/, 6);
  if ((protocol !== 'tcp' && protocol !== 'udp') || other === undefined) return undefined;
  const port = portText.safeParse(own.slice(own.lastIndexOf(':') + 1));
  const [, program = ''] = /users:\(\("([^"]*)"/.exec(line) ?? [];
  return port.success ? { protocol, port: port.data, program } : undefined;
}
