import type { Finding } from '../contract/doctor.ts';
import type { Text } from '../contract/text.ts';
import type { Client } from '../client/client.ts';
import type { Fact } from '../facts/fact.ts';
import type { Lab } from '../lab/lab.ts';
import type { ShellCommand } from '../machines/command.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import type { Output, RunOptions } from '../machines/machine.ts';

export type Platform = Client['platform'];

/** What was found: `ok`, a `problem` with what to do, or `unknown`, because it could not be read or is not there yet. */
export interface Verdict extends Pick<Finding, 'status' | 'sentence' | 'remedy'> {
  /** A word of the commands that show it; absent: all of the probe. */
  readonly about?: string;
}

/** This computer, as a probe looks at it. Every command becomes evidence of the probe's findings. */
export interface Patient {
  readonly client: Client;
  /** Hoplab's own folder, and the one for downloads. */
  readonly home: string;
  readonly cache: string;
  readonly knownHosts: KnownHosts;
  /** @throws MachineError when no answer came; an exit code is an answer */
  readonly run: (command: ShellCommand, options?: Pick<RunOptions, 'timeout'>) => Promise<Output>;
  /** @throws MachineError when it cannot be read */
  readonly read: <Value>(fact: Fact<Value>) => Promise<Value>;
  /** Connects from Hoplab's own process. @returns the code of the error, `EHOSTUNREACH`; undefined: connected */
  readonly connect: (address: string, port: number) => Promise<string | undefined>;
}

/** Something to look at. It changes nothing, needs no root, and what it throws is `unknown`. */
export interface Probe {
  readonly id: string;
  /** What it is about, as the heading of a list: `Clock`. */
  readonly title: Text;
  /** The command as it is typed, for those who look by themselves; a platform without it is not asked. */
  readonly shown: Readonly<Partial<Record<Platform, string>>>;
  /** What a healthy computer answers to it. */
  readonly expected: Text;
}

/** A command that is typed the same on every platform. */
export const everywhere = (command: string): Probe['shown'] => ({ macos: command, linux: command });

/** About this computer. */
export interface ComputerProbe extends Probe {
  ask(patient: Patient): Promise<readonly Verdict[]>;
}

/** About a lab, as seen from here. */
export interface LabProbe extends Probe {
  ask(patient: Patient, lab: Lab): Promise<readonly Verdict[]>;
}

export const ok = (sentence: Text): Verdict => ({ status: 'ok', sentence });
export const problem = (sentence: Text, remedy: Text): Verdict => ({ status: 'problem', sentence, remedy });
export const unknown = (sentence: Text, remedy?: Text): Verdict => ({
  status: 'unknown',
  sentence,
  ...(remedy && { remedy }),
});
