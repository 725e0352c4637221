import { z } from 'zod';
import { explanationSchema } from './events.ts';

/** A context for kubectl as it was written. */
export const writtenContextSchema = z.object({
  context: z.string(),
  file: z.string().describe('Absolute path of the kubeconfig that it stands in'),
  copy: z.string().nullable().describe('Absolute path of the copy of that file as it was; null: there was none'),
  server: z.string().describe('`https://192.168.2.10:6443`'),
  user: z.string().describe('Common name of the certificate, and name of its ClusterRoleBinding'),
  expires: z.string().describe('ISO 8601 in UTC'),
  current: z.boolean().describe('Whether kubectl uses it without `--context`'),
  unreached: explanationSchema.nullable().describe('Why the API server did not answer this computer; null: it did'),
});

/** What was removed of a lab's context. */
export const removedContextSchema = z.object({
  files: z.array(z.string()).describe('Kubeconfigs that it was removed from'),
  revoked: z.boolean().describe('Whether the access of its certificate has ended; false: the cluster was not reached'),
});

export type WrittenContext = z.infer<typeof writtenContextSchema>;
export type RemovedContext = z.infer<typeof removedContextSchema>;

/** How kubectl is called with a context, to begin with. */
export function kubectlCommand({ context, current }: Pick<WrittenContext, 'context' | 'current'>): string {
  return current ? 'kubectl get nodes' : `kubectl --context ${context} get nodes`;
}
