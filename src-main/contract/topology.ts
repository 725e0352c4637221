import { z } from 'zod';
import { proxyModes } from './service-rules.ts';

/*
 * The picture of a lab: a flat list of elements that name each other by id. Every value was said by a machine; `null` is
 * "not known" and is never filled in. `source` is where an element's values come from, `sources` names those fields that
 * come from elsewhere; a source has its command, machine and time.
 */

const id = z.string().describe('Unique in the graph, and the same as long as the thing lives');
const address = z.string().describe('IPv4');
const unknownable = <S extends z.ZodType>(schema: S) => schema.nullable();
const base = {
  id,
  source: z.string().nullable().describe('Id of a source; null: from the lab file'),
  sources: z.record(z.string(), z.string()).optional().describe('Fields with a source of their own'),
};
const namespaced = { namespace: z.string(), name: z.string() };

const clientElement = z.object({
  ...base,
  kind: z.literal('client'),
  name: z.string(),
  addresses: unknownable(z.array(address)).describe('On the LAN'),
  mac: unknownable(z.string()),
  vipMac: unknownable(z.string()).describe("The client's neighbour entry for the VIP: who answered ARP"),
});

const lanElement = z.object({ ...base, kind: z.literal('lan'), network: unknownable(z.string()).describe('CIDR') });

const nodeElement = z.object({
  ...base,
  kind: z.literal('node'),
  name: z.string(),
  role: z.enum(['control-plane', 'worker']),
  address,
  registered: unknownable(z.boolean()).describe('Known to the API server'),
  ready: unknownable(z.boolean()),
  reason: z.string().describe('Why it is not ready, in the words of the kubelet'),
  podCidr: unknownable(z.string()),
  version: unknownable(z.string()).describe('Of the kubelet, with `v`'),
});

const interfaceElement = z.object({
  ...base,
  kind: z.literal('interface'),
  node: z.string().describe('Name of the node'),
  name: z.string(),
  role: z.enum(['lan', 'overlay', 'bridge', 'veth', 'other']).describe('eth0, flannel.1, cni0, a pod’s veth'),
  mac: z.string(),
  mtu: z.number(),
  up: z.boolean(),
  addresses: z.array(z.string()).describe('With prefix: 10.244.1.1/24'),
  vxlan: z.object({ vni: z.number(), port: z.number(), local: address }).nullable(),
  bridge: z.string().nullable().describe('Name of the bridge it is a port of'),
  pod: z.string().nullable().describe('Id of the pod at the other end of a veth'),
});

const tunnelElement = z.object({
  ...base,
  kind: z.literal('tunnel'),
  from: z.string().describe('Name of the node whose table says it'),
  to: z.string().nullable().describe('Name of the node; null when no node has that address'),
  mac: z.string().describe('Of the far VTEP: an entry of `bridge fdb`'),
  destination: address.describe('Outer address'),
});

const podElement = z.object({
  ...base,
  kind: z.literal('pod'),
  ...namespaced,
  node: unknownable(z.string()).describe('null: not scheduled'),
  address: unknownable(address),
  phase: z.string(),
  ready: z.boolean(),
  terminating: z.boolean(),
  reason: z.string().describe('Why it is not ready: CrashLoopBackOff …; empty when there is none'),
  hostNetwork: z.boolean(),
  app: z.string().nullable().describe('Its label app or app.kubernetes.io/name'),
  veth: unknownable(z.string()).describe('Id of the interface on the node'),
});

const serviceElement = z.object({
  ...base,
  kind: z.literal('service'),
  ...namespaced,
  type: z.string(),
  clusterAddress: z.string().nullable(),
  externalAddresses: z.array(z.string()).describe('Empty while EXTERNAL-IP is <pending>'),
  ports: z.array(
    z.object({
      name: z.string(),
      protocol: z.string(),
      port: z.number(),
      nodePort: z.number().nullable(),
      targetPort: z.string(),
    }),
  ),
  endpoints: z.array(
    z.object({ address, ready: z.boolean(), node: z.string().nullable(), pod: z.string().nullable().describe('Id') }),
  ),
});

const filterElement = z.object({
  ...base,
  kind: z.literal('filter'),
  node: z.string().describe('Name of the node whose kernel it is'),
  proxy: unknownable(z.enum([...proxyModes, 'none'])).describe(
    'Where kube-proxy has written where packets go; null: it runs, and its rules could not be read',
  ),
});

const chainElement = z.object({
  ...base,
  kind: z.literal('chain'),
  node: z.string().describe('Name of the node whose kernel has it'),
  service: z.string().describe('Id of the Service that the rule names'),
  standing: unknownable(z.enum(['current', 'no-service', 'not-of-service'])).describe(
    'Whether the API server has the Service, with this address and port; null: it was not asked',
  ),
  match: z.string().describe('`192.168.2.200:80`; `*:30080`: any of the node’s own addresses'),
  protocol: z.string(),
  chains: z.array(z.string()).describe('As a packet passes them: KUBE-SERVICES, KUBE-EXT-…, KUBE-SVC-…'),
  endpoints: z
    .array(z.object({ address: z.string().describe('10.244.1.3:8080'), share: z.number().describe('0 to 1') }))
    .describe('Empty: this node sends such packets nowhere'),
});

const otherRuleElement = z.object({
  ...base,
  kind: z.literal('other-rule'),
  node: z.string().describe('Name of the node whose kernel has it'),
  table: z.string(),
  chain: z.string(),
  text: z.string().describe('As iptables-save prints it'),
  does: z.string().describe('DNAT, DROP, REJECT, MASQUERADE …'),
});

const vipElement = z.object({
  ...base,
  kind: z.literal('vip'),
  address,
  service: z.string().nullable().describe('Id of the Service that holds it now'),
  announcedBy: unknownable(z.string()).describe('Node that ServiceL2Status names'),
  answeredBy: unknownable(z.string()).describe('Node whose MAC the client has for it'),
  owner: unknownable(z.string()).describe('Node to plant the flag on: who announces, else who answered the client'),
});

const gatewayElement = z.object({
  ...base,
  kind: z.literal('gateway'),
  ...namespaced,
  class: z.string(),
  listeners: z.array(
    z.object({ name: z.string(), protocol: z.string(), port: z.number(), hostname: z.string().nullable() }),
  ),
  addresses: z.array(z.string()),
  programmed: unknownable(z.boolean()),
  pods: z.array(z.string()).describe('Ids of the pods behind it: where its lines are drawn'),
});

const routeElement = z.object({
  ...base,
  kind: z.literal('route'),
  ...namespaced,
  gateways: z.array(z.string()).describe('Ids'),
  hostnames: z.array(z.string()),
  accepted: unknownable(z.boolean()),
  rules: z.array(
    z.object({
      matches: z.array(z.string()).describe('In words: `PathPrefix /`'),
      backends: z.array(z.object({ service: z.string().describe('Id'), port: z.number(), weight: z.number() })),
    }),
  ),
});

const zoneElement = z.object({
  ...base,
  kind: z.literal('zone'),
  zone: z.string(),
  server: z.string().describe('Where the client asks: 192.168.2.10:30053'),
  names: z.array(z.object({ name: z.string(), address })),
  served: unknownable(z.boolean()).describe('CoreDNS has the zone'),
  resolver: unknownable(z.boolean()).describe('The system resolver of the client sends the zone there'),
});

/** A thing in the picture. */
export const elementSchema = z.discriminatedUnion('kind', [
  clientElement,
  lanElement,
  nodeElement,
  interfaceElement,
  tunnelElement,
  podElement,
  serviceElement,
  filterElement,
  chainElement,
  otherRuleElement,
  vipElement,
  gatewayElement,
  routeElement,
  zoneElement,
]);

/** Where values come from. */
export const sourceSchema = z.object({
  id: z.string(),
  machine: z.string(),
  command: z.string(),
  time: z.string().describe('When it last said something: ISO 8601 in UTC'),
  state: z.enum(['ok', 'unreadable']).describe('`unreadable`: the last attempt failed; values are those of before'),
  problem: z.string().describe('The machine’s words when it is unreadable, else empty'),
});

/** A change of the picture. The first message has everything and `reset`; several changes at once come as one. */
export const topologyUpdateSchema = z.object({
  time: z.string(),
  reset: z.boolean().describe('Forget everything before'),
  live: z.boolean().describe('Changes of the cluster come by themselves; false on a recording'),
  changed: z.array(elementSchema),
  removed: z.array(id),
  sources: z.array(sourceSchema).describe('New or read again'),
});

/** What a machine printed, for one value of the picture. */
export const topologyEvidenceSchema = z.object({
  source: sourceSchema,
  text: z.string().describe('The whole output; for an object of the cluster, that object as JSON'),
});

export type TopologyElement = z.infer<typeof elementSchema>;
export type TopologySource = z.infer<typeof sourceSchema>;
export type TopologyUpdate = z.infer<typeof topologyUpdateSchema>;
export type TopologyEvidence = z.infer<typeof topologyEvidenceSchema>;
export type ElementOf<Kind extends TopologyElement['kind']> = Extract<TopologyElement, { kind: Kind }>;
