import { z } from 'zod';

/** The modes of kube-proxy, in the order in which they stand side by side. */
export const proxyModes = ['iptables', 'nftables', 'ipvs'] as const;
export type KubeProxyMode = (typeof proxyModes)[number];

export const ruleRowSchema = z.object({
  place: z
    .string()
    .describe('Where it stands: `nat KUBE-SERVICES`, `kube-proxy service-ips`, `ipset KUBE-CLUSTER-IP`, `IPVS`'),
  line: z.string().describe('As the kernel has it, in the words of the program that was asked'),
  words: z.string().nullable().describe('The same in short; null: the line is short enough'),
});

/** By what the kernel of one node leads packets to a Service, in each mode that kube-proxy was seen in. */
export const serviceRulesSchema = z
  .object({
    service: z.string().describe('`namespace/name`'),
    node: z.string().describe('Whose kernel it is'),
    now: z.enum(proxyModes).nullable().describe('The mode it works in; null: kube-proxy does not say'),
    modes: z
      .array(
        z.object({
          mode: z.enum(proxyModes),
          time: z.string().describe('When it was read: ISO 8601 in UTC'),
          commands: z.array(z.string()),
          rows: z.array(ruleRowSchema).describe('Empty: it had nothing for the Service'),
        }),
      )
      .describe(
        'Read now, or when kube-proxy worked in that mode; absent: not read yet, or, of the present one, not readable',
      ),
  })
  .describe('The rules of a Service in each mode of kube-proxy (`rules`); on stdout');

export const serviceNameSchema = z
  .string()
  .max(127)
  .regex(/^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9-]*$/, 'NAMESPACE/NAME');

export type RuleRow = z.infer<typeof ruleRowSchema>;
export type ServiceRules = z.infer<typeof serviceRulesSchema>;
