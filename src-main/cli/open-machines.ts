import { confirm } from '@inquirer/prompts';
import type { Lab } from '../lab/lab.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { openLocalMachine } from '../machines/local/local-machine.ts';
import type { Machine } from '../machines/machine.ts';
import { openSshMachine } from '../machines/ssh/ssh-machine.ts';
import type { Secrets } from '../machines/ssh/secrets.ts';
import { knownHostsFile } from './home.ts';
import { QuestionLeft, type Questions } from './prompt.ts';
import type { Settings } from './settings.ts';

/** Opens the machines of a lab, all at once; the first that cannot be opened closes the others. Throws MachineError. */
export async function openMachines(
  lab: Lab,
  settings: Settings,
  secrets: Secrets,
  questions: Questions,
): Promise<ReadonlyMap<string, Machine>> {
  const knownHosts = new KnownHosts(knownHostsFile());
  const { acceptNew } = settings;
  const { signal } = questions;
  const confirm = process.stdin.isTTY ? confirmKey(settings, questions) : undefined;
  const ssh = { secrets, knownHosts, acceptNew, signal, confirm };
  const { client } = lab;
  const opening = [
    ...lab.nodes.map(({ name, address, ssh: access }) => openSshMachine({ ...ssh, name, address, access })),
    client.kind === 'ssh'
      ? openSshMachine({ ...ssh, name: 'client', address: client.address, access: client.ssh })
      : Promise.resolve(
          openLocalMachine({
            name: 'client',
            sudo: 'password',
            sudoPassword: (machine) => secrets.sudoPassword(machine),
          }),
        ),
  ];
  const ends = await Promise.allSettled(opening);
  const machines = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) {
    await Promise.all(machines.map((machine) => machine.close()));
    throw questions.left ? new QuestionLeft('client', 'A question was left with Ctrl-C.') : failure.reason;
  }
  return new Map(machines.map((machine) => [machine.name, machine]));
}

function confirmKey({ language }: Settings, questions: Questions) {
  return (machine: string, fingerprint: string): Promise<boolean> => {
    const message =
      language === 'ja'
        ? `${machine} のホスト鍵は ${fingerprint} です。マシンのコンソールで照合し、固定して接続しますか？`
        : `${machine} shows the host key ${fingerprint}. Is it the one on its console? Pin it and connect?`;
    return questions.ask(machine, (context) => confirm({ message, default: false }, context));
  };
}
