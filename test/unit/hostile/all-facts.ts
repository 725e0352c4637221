import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { linuxClient } from '../../../src-main/client/linux/linux-client.ts';
import type { Fact } from '../../../src-main/facts/fact.ts';

const root = join(import.meta.dirname, '../../../src-main');

/** What facts are made for that are functions: any value does, for nothing is run. */
const ARGUMENTS = new Map<string, readonly unknown[]>(
  Object.entries({
    arpAnswer: [linuxClient(), '192.168.2.200'],
    clusterList: ['pods'],
    fileHashes: [['/etc/hosts']],
    hostsFile: ['k8s.local'],
    missingHeaders: ['kubectl logs'],
    programs: [['kubectl']],
    servedCertificate: ['staging', 'shortener-tls'],
    services: [['containerd']],
    textFile: ['/etc/hosts'],
    wayTo: ['192.168.2.200'],
    writtenFiles: [['/etc/hosts']],
  }),
);

export interface NamedFact {
  readonly name: string;
  readonly fact: Fact<unknown>;
}

/** Every fact that is exported in these folders, by its export's name. */
export async function allFacts(): Promise<readonly NamedFact[]> {
  const files = ['facts', 'cluster', 'checks', 'client'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((file) => (file.endsWith('.ts') ? [join(root, folder, file)] : [])),
  );
  const modules = await Promise.all(files.map(async (file) => (await import(file)) as Record<string, unknown>));
  return modules.flatMap((exported) =>
    Object.entries(exported).flatMap(([name, value]) => {
      const given = ARGUMENTS.get(name);
      const made = given ? (value as (...all: unknown[]) => unknown)(...given) : value;
      return isFact(made) ? [{ name, fact: made }] : [];
    }),
  );
}

function isFact(value: unknown): value is Fact<unknown> {
  return typeof value === 'object' && value !== null && 'command' in value && 'parse' in value && 'id' in value;
}

/** Names of exported functions that say in their types that they make a fact. */
export function factMakers(): readonly string[] {
  return [...ARGUMENTS.keys()];
}
