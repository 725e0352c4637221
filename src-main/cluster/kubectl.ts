import type { Fact } from '../facts/fact.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { embed, sh, type ShellCommand } from '../machines/command.ts';
import { ApiServerSilent, CommandFailed, type MachineError } from '../machines/errors.ts';

export const ADMIN_CONF = '/etc/kubernetes/admin.conf';

/** A kubectl command as root on the control plane: kubectl`get nodes -o json`. Values are quoted as by sh. */
export function kubectl(
  literals: TemplateStringsArray,
  ...values: Parameters<typeof sh> extends [unknown, ...infer V] ? V : never
): ShellCommand {
  return sh`kubectl --kubeconfig=${ADMIN_CONF} ${embed(sh(literals, ...values))}`;
}

/** What kubectl says when there is nothing to ask, or not what was asked for. */
const NOTHING = /kubectl: (?:command )?not found|admin\.conf: no such file|Error from server \(NotFound\)/;

/** What it says when there is an API server that does not answer, or not yet. */
const SILENT =
  /The connection to the server \S+ was refused|Unable to connect to the server: (?!.*x509)|dial tcp \S+:6443: |etcdserver: (?:leader changed|no leader|request timed out)|Error from server \((?:ServiceUnavailable|Timeout)\)|apiserver not ready/;

/** A kind that is defined and not served yet: a moment after the API server came back. */
const NOT_SERVED = "the server doesn't have a resource type";

/** Whether a command of kubectl did not reach the API server. */
export function isSilent(output: { readonly stderr: string; readonly exitCode: number }): boolean {
  return output.exitCode !== 0 && SILENT.test(output.stderr);
}

/**
 * What a fact of the cluster has in common. No kubectl, no admin.conf, no such object: an answer, nothing is there. An API
 * server that does not answer is none: @throws ApiServerSilent, or CommandFailed for what else kubectl complains about.
 */
export const ofCluster: Pick<Fact<unknown>, 'sudo' | 'accept' | 'slow' | 'failure'> = {
  sudo: true,
  slow: true,
  accept: 'any',
  async failure({ machine, command, output, read }) {
    if (output.exitCode === 0 || output.exitCode === 127 || NOTHING.test(output.stderr)) return undefined;
    // kubeadm was cut off: what it has begun is no cluster yet
    if ((await read(kubeadmState)).unfinished) return undefined;
    const details = { command, output };
    const silent = isSilent(output) || output.stderr.includes(NOT_SERVED);
    if (silent) return new ApiServerSilent(machine, `the API server on ${machine} does not answer`, details);
    return new CommandFailed(machine, `${machine}: kubectl ended with exit code ${output.exitCode}.`, details);
  },
};

/** The error of a command that failed because the API server did not answer, after a reboot for example. */
export function silenceBehind(error: unknown): MachineError | undefined {
  if (!(error instanceof CommandFailed) || !error.output || !error.command?.includes('kubectl')) return undefined;
  const { machine, command, output } = error;
  if (!isSilent(output)) return undefined;
  return new ApiServerSilent(machine, `the API server on ${machine} does not answer`, {
    command,
    output,
    cause: error,
  });
}
