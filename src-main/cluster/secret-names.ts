import type { Fact } from '../facts/fact.ts';
import { kubectl } from './kubectl.ts';

/** Names of the secrets in a namespace; never what is in them. */
export function secretNames(namespace: string): Fact<ReadonlySet<string>> {
  return {
    id: 'secret-names',
    sudo: true,
    command: kubectl`-n ${namespace} get secrets -o name`,
    accept: 'any',
    parse: ({ stdout }) => new Set(stdout.split('\n').map((line) => line.replace(/^secret\//, ''))),
  };
}
