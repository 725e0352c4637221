import { z } from 'zod';
import { proxyModes } from './service-rules.ts';

/** The stages that a lab file asks for besides, as a form has them. */
export const optionalStagesSchema = z.object({
  weight: z
    .number()
    .int()
    .min(0)
    .max(100)
    .nullable()
    .describe('Of traffic-split: percent of the requests that the second version gets; null: without that stage'),
  headerRouting: z.boolean(),
  tls: z
    .object({ trustOnClient: z.boolean().describe("Whether the client's system trusts the lab's CA") })
    .nullable()
    .describe('null: without that stage'),
  kubeProxyMode: z.enum(proxyModes).nullable().describe('What kube-proxy is switched to; null: without that stage'),
  manifests: z
    .array(z.string().min(1).max(4096))
    .describe('Folders and files of own-apps, as the lab file names them: relative to it; none: without that stage'),
});

export type OptionalStages = z.infer<typeof optionalStagesSchema>;
