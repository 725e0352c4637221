import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from '../../src-main/cluster/kubectl.ts';
import type { Text } from '../../src-main/contract/text.ts';
import { controlPlane, hostName } from '../../src-main/lab/lab.ts';
import { serviceName } from '../../src-main/lab/object-names.ts';
import type { LabContext } from '../../src-main/plan/lab-context.ts';
import { block, unblock } from './lab.ts';

/** Something that is broken on the finished lab while its target is followed, for the recording. */
export interface Situation {
  readonly id: string;
  /** What is broken, as it is told afterwards. */
  readonly title: Text;
  readonly target: string;
  /** Returns when all components have noticed; so does `mends`. */
  readonly breaks: () => Promise<void>;
  readonly mends: () => Promise<void>;
}

export function situations({ lab, machine }: LabContext): readonly Situation[] {
  const { name: control } = controlPlane(lab);
  const environment = lab.app.environments.at(-1); // whose requests no stage sends elsewhere
  if (!environment) throw new Error('a lab has an environment');
  const scale = async (replicas: number): Promise<void> => {
    const command = kubectl`-n ${environment.name} scale deployment/${serviceName(lab)} --replicas=${replicas}`;
    await machine(control).run(command, { sudo: true, change: 'Scale the app' });
    await sleep(8000);
  };
  return [
    {
      id: 'overlay-blocked',
      title: { en: 'UDP 8472 was blocked between the nodes', ja: 'ノード間の UDP 8472 が遮断されていた' },
      target: `${control}:${lab.app.nodePort}`, // no pod of the app is there: its packets need the overlay
      breaks: () => block('cp', 'udp/8472'),
      mends: () => unblock(),
    },
    {
      id: 'no-endpoints',
      title: { en: 'The app had no pods', ja: 'アプリの Pod が 1 つもなかった' },
      target: `${lab.optional.tls ? 'https' : 'http'}://${hostName(lab, environment)}/`,
      breaks: () => scale(0),
      mends: () => scale(environment.replicas),
    },
  ];
}
