import type { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { embed, sh, type ShellCommand } from '../machines/command.ts';
import { ApiServerSilent, CommandFailed, type MachineError } from '../machines/errors.ts';
import type { Printed } from '../machines/machine.ts';

export const ADMIN_CONF = '/etc/kubernetes/admin.conf';

/** A kubectl command as root on the control plane: kubectl`get nodes -o json`. Values are quoted as by sh. */
export function kubectl(
  literals: TemplateStringsArray,
  ...values: Parameters<typeof sh> extends [unknown, ...infer V] ? V : never
): ShellCommand {
  return sh`kubectl --kubeconfig=${ADMIN_CONF} ${embed(sh(literals, ...values))}`;
}

/** What the API server answers when there is no such object. */
const NO_SUCH_OBJECT = 'Error from server (NotFound)';

/** What it says when there is an API server that does not answer, or not yet. */
const SILENT =
  /The connection to the server \S+ was refused|Unable to connect to the server: (?!.{0,1000}x509)|dial tcp \S+:6443: |etcdserver: (?:leader changed|no leader|request timed out)|Error from server \((?:ServiceUnavailable|Timeout)\)|apiserver not ready/;

/** What an API server says that has just started, and has not loaded the rights of its administrator yet. */
const RIGHTS_NOT_LOADED = /^Error from server \(Forbidden\): .{0,500}User "kubernetes-admin" cannot /m;

/** A kind that is defined and not served yet: a moment after the API server came back. */
export const NOT_SERVED = "the server doesn't have a resource type";

/** Whether a command of kubectl did not reach the API server. */
export function isSilent(output: { readonly stderr: string; readonly exitCode: number | null }): boolean {
  return output.exitCode !== 0 && SILENT.test(output.stderr);
}

/** Whether an API server answered that has not loaded yet who may do what. */
export function isUnready(output: { readonly stderr: string; readonly exitCode: number | null }): boolean {
  return output.exitCode !== 0 && RIGHTS_NOT_LOADED.test(output.stderr);
}

/**
 * What a fact of the cluster has in common. No such object, or no cluster because its admin.conf is not there: an answer, and
 * the exit code is not 0. A kubectl that is not found or fails, an API server that does not answer: none, whatever follows
 * from it. @throws ApiServerSilent, or CommandFailed for what else is complained about.
 */
export const ofCluster: Pick<Fact<unknown>, 'sudo' | 'accept' | 'slow' | 'failure'> = {
  sudo: true,
  slow: true,
  accept: 'any',
  async failure({ machine, command, output, read }) {
    if (output.exitCode === 0 || output.stderr.includes(NO_SUCH_OBJECT)) return undefined;
    const { adminConf, unfinished } = await read(kubeadmState);
    // no cluster; or kubeadm was cut off, and what it has begun is none yet
    if (!adminConf || unfinished) return undefined;
    const details = { command, output };
    const silent = isSilent(output) || output.stderr.includes(NOT_SERVED);
    if (silent) return new ApiServerSilent(machine, `the API server on ${machine} does not answer`, details);
    return new CommandFailed(machine, `${machine}: kubectl ended with exit code ${output.exitCode}.`, details);
  },
};

/** What kubectl printed as JSON; undefined: it failed, because there is nothing to ask, or not what was asked for. */
export function jsonOf<Schema extends z.ZodType>(
  { stdout, exitCode }: Printed,
  schema: Schema,
): z.infer<Schema> | undefined {
  return exitCode === 0 ? schema.parse(JSON.parse(stdout)) : undefined;
}

/**
 * The error of a command that failed because the API server did not answer, or was not ready to, after a reboot for example. Its
 * administrator may also have lost his rights for good: whoever waits in vain says what kubectl said.
 */
export function silenceBehind(error: unknown): MachineError | undefined {
  if (!(error instanceof CommandFailed) || !error.output || !error.command?.includes('kubectl')) return undefined;
  const { machine, command, output } = error;
  if (!isSilent(output) && !isUnready(output)) return undefined;
  return new ApiServerSilent(machine, `the API server on ${machine} does not answer`, {
    command,
    output,
    cause: error,
  });
}
