import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { noAnswer, tellsAbsence } from './no-answer.ts';

/** Names of the pod networks' configurations on a node, in the order in which containerd looks at them. */
export const cniFiles: Fact<readonly string[]> = {
  id: 'cni-files',
  sudo: true,
  command: sh`ls -1 /etc/cni/net.d`,
  accept: 'any',
  parse(printed) {
    if (printed.exitCode !== 0 && !tellsAbsence(printed.stderr)) throw noAnswer(printed);
    return printed.stdout
      .split('\n')
      .filter((name) => /\.(?:conf|conflist|json)$/.test(name))
      .sort();
  },
};
