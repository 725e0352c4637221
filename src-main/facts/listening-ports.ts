import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

export interface ListeningPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Name of the program; empty where the kernel does not tell. */
  readonly program: string;
}

/** Ports that something listens on. Source: `ss -Htulnp` of iproute2. */
export const listeningPorts: Fact<readonly ListeningPort[]> = {
  id: 'listening-ports',
  sudo: true,
  command: sh`ss -Htulnp`,
  parse: ({ stdout }) =>
    stdout.split('\n').flatMap((line): ListeningPort[] => {
      const found = /^(tcp|udp)\s+\S+\s+\S+\s+\S+\s+\S+:(\d+)\s+\S+(?:\s+users:\(\("([^"]*)")?/.exec(line);
      return found ? [{ protocol: found[1] as 'tcp' | 'udp', port: Number(found[2]), program: found[3] ?? '' }] : [];
    }),
};
