import { embed, sh, type ShellCommand } from '../machines/command.ts';

export const ADMIN_CONF = '/etc/kubernetes/admin.conf';

/** A kubectl command as root on the control plane: kubectl`get nodes -o json`. Values are quoted as by sh. */
export function kubectl(
  literals: TemplateStringsArray,
  ...values: Parameters<typeof sh> extends [unknown, ...infer V] ? V : never
): ShellCommand {
  return sh`kubectl --kubeconfig=${ADMIN_CONF} ${embed(sh(literals, ...values))}`;
}
