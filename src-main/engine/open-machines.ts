import type { Lab } from '../lab/lab.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import { openLocalMachine } from '../machines/local/local-machine.ts';
import type { Machine } from '../machines/machine.ts';
import { openSshMachine } from '../machines/ssh/ssh-machine.ts';
import type { Redactor } from '../rollout/redactor.ts';
import type { OpenMachines, OpenOptions } from '../rollout/session.ts';
import { askOnce, type AskedSecrets, type Prompts } from './prompts.ts';

export interface OpeningOptions {
  readonly prompts: Prompts;
  /** Is told every secret that the user gives. */
  readonly redactor: Redactor;
  readonly knownHosts: KnownHosts;
  /** Pin host keys that are not known yet without asking; default false. */
  readonly acceptNew?: boolean;
  /** Let macOS itself ask for an administrator: at a window of a Mac. Default false. */
  readonly dialog?: boolean;
}

/**
 * Opens the machines of a lab, all at once; the first that cannot be opened closes the others. However often it does, what was
 * asked for is not asked again.
 */
export function machineOpener({ prompts, redactor, ...options }: OpeningOptions): OpenMachines {
  let closing: AbortSignal | undefined;
  const secrets = askOnce({ secret: (question) => prompts.secret(question, closing) }, redactor);
  return async (lab, signal, { whenAway } = {}) => {
    closing = signal;
    const ends = await Promise.allSettled(opening(lab, signal, { ...options, prompts, secrets, whenAway }));
    const machines = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    const failure = ends.find((end) => end.status === 'rejected');
    if (failure) {
      await Promise.all(machines.map((machine) => machine.close()));
      throw failure.reason;
    }
    return new Map(machines.map((machine) => [machine.name, machine]));
  };
}

function opening(
  lab: Lab,
  signal: AbortSignal,
  options: Omit<OpeningOptions, 'redactor'> & OpenOptions & { secrets: AskedSecrets },
): Promise<Machine>[] {
  const { prompts, secrets, knownHosts, acceptNew = false, dialog = false, whenAway } = options;
  const { hostKey } = prompts;
  const confirm = hostKey && ((machine: string, fingerprint: string) => hostKey(machine, fingerprint, signal));
  const ssh = { secrets, knownHosts, acceptNew, signal, confirm };
  const { client } = lab;
  return [
    ...lab.nodes.map(({ name, address, ssh: access }) => openSshMachine({ ...ssh, name, address, access, whenAway })),
    client.kind === 'ssh'
      ? openSshMachine({ ...ssh, name: 'client', address: client.address, access: client.ssh })
      : Promise.resolve(
          openLocalMachine({
            name: 'client',
            sudo: 'password',
            sudoPassword: () => secrets.ownSudoPassword(),
            administrator: dialog ? whatFor(lab) : undefined,
          }),
        ),
  ];
}

/** In both languages: the dialog is macOS's own. */
function whatFor({ dns }: Lab): string {
  const file = `/etc/resolver/${dns.zone}`;
  return `Hoplab sends queries for ${dns.zone} to the cluster (${file}).\nHoplab は ${dns.zone} 以下の名前をクラスターに問い合わせるようにします (${file})。`;
}
