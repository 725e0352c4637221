import { z } from 'zod';
import { textSchema } from './text.ts';

/*
 * The path of one request: the hops from where it starts to what answers it, and back. A hop is `observed` when a line of
 * this very request says so, by the kernel or the program that did it; `read` when a table that was read says it; else it
 * is `predicted`, for it follows from such tables. What is not observed has its reason.
 */

const address = z.string().describe('IPv4');
const machine = z.string().describe("The machine's name in the lab file, or `client`");
const mac = z.string().nullable().describe('Lower case; null: not known, or not on a link');

/** What a packet looks like at one place. */
export const packetSchema = z.object({
  protocol: z.enum(['tcp', 'udp']),
  source: address,
  sourcePort: z.number().nullable().describe('null: not known before the packet is sent'),
  destination: address,
  destinationPort: z.number().nullable().describe('null: as sourcePort, of an answer'),
  sourceMac: mac,
  destinationMac: mac,
  outer: z
    .object({ source: address, destination: address, port: z.number(), vni: z.number() })
    .nullable()
    .describe('The VXLAN packet around it'),
  host: z.string().nullable().describe('Host header of the HTTP request that it carries'),
  name: z.string().nullable().describe('Name that the DNS query asks for'),
});

/** One command and lines of its answer, as they stand in it. */
export const pathEvidenceSchema = z.object({
  machine,
  command: z.string(),
  sudo: z.boolean().optional().describe('It ran as root'),
  lines: z.array(z.string()),
});

/** One of several ways that the packet may go on from a hop. */
export const branchSchema = z.object({
  endpoint: z.string().describe('`10.244.1.3:8080`'),
  probability: z.number().describe('0 to 1, as the rules have it'),
  node: z.string().nullable().describe('Where it would go; null: not known'),
  pod: z.string().nullable().describe('`namespace/name`'),
  taken: z.boolean().describe('In a prediction: the likeliest, of equals the first'),
});

export const basisSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('observed') }).describe('A line of this very request says it: it is in the evidence'),
  z.object({ kind: z.literal('read'), reason: textSchema }).describe('A table that was read says it'),
  z.object({ kind: z.literal('predicted'), reason: textSchema }).describe('It follows from such tables'),
]);

/** One place that a packet passes. */
export const hopSchema = z.object({
  id: z.string().describe('Unique in the path: `request.4`'),
  machine,
  place: z.object({
    kind: z.enum(['interface', 'chain', 'pod', 'resolver', 'routing']),
    name: z.string().describe('`eth0`, `nat KUBE-SERVICES`, `shortener/web-1`'),
  }),
  layer: z.enum(['name', 'link', 'kernel', 'overlay', 'gateway', 'app']),
  sentence: textSchema,
  before: packetSchema,
  after: packetSchema,
  evidence: z.array(pathEvidenceSchema),
  at: z
    .number()
    .nullable()
    .describe('When conntrack on that machine reported it, by its clock: milliseconds since the first report'),
  basis: basisSchema,
  branches: z.array(branchSchema),
  seed: z
    .object({ section: z.string(), step: z.string() })
    .nullable()
    .describe('Section and step of the story: §5.3 ②'),
});

export const legSchema = z.object({
  kind: z.enum(['name', 'request', 'back']).describe('Name lookup; the request; the way back'),
  hops: z.array(hopSchema),
});

export const stopCauses = [
  'no-arp-answer',
  'nobody-announces',
  'dropped-by-rule',
  'overlay-blocked',
  'mtu-too-small',
  'no-route',
  'not-listening',
  'no-http-route',
  'no-upstream',
  'name-unknown',
  'resolver-not-asked',
  'timeout',
  'closed',
] as const;

/** Why nobody announces; why NGINX answers itself; why nothing listens; why nobody has the address; why NGINX closes the connection. */
const stopReasons = [
  'no-endpoints',
  'control-plane-label',
  'local-without-pod',
  'no-speaker',
  'wrong-interface',
  'no-match',
  'ref-not-permitted',
  'ref-invalid',
  'backend-not-found',
  'no-weight',
  'no-ready-endpoint',
  'node-port-addresses',
  'no-real-server',
  'stale-hosts-line',
  'proxy-protocol',
  'certificate-refused',
] as const;

const endEvidence = z
  .array(pathEvidenceSchema)
  .default([])
  .describe('What says so: what the client got, or where it stopped');

/** How a path ends: answered, or where and why it stopped. */
export const pathEndSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('answered'), basis: basisSchema, sentence: textSchema, evidence: endEvidence }),
  z.object({
    status: z.literal('stopped'),
    basis: basisSchema,
    cause: z.enum(stopCauses),
    because: z.enum(stopReasons).nullable().describe('Why more exactly, where the cause has several reasons'),
    hop: z.string().nullable().describe('Id of the last hop that the packet passed'),
    sentence: textSchema,
    meaning: textSchema,
    remedy: textSchema,
    evidence: endEvidence,
  }),
  z.object({ status: z.literal('unknown'), sentence: textSchema }).describe('Facts that it needs could not be read'),
]);

/** Where what was predicted and what was observed part. */
export const differenceSchema = z.object({
  what: textSchema,
  predicted: textSchema,
  observed: textSchema,
  explanation: textSchema,
});

export const pathSchema = z
  .object({
    target: z.string().describe('As the user wrote it'),
    time: z.string().describe('When it was made: ISO 8601 in UTC'),
    recorded: z.string().optional().describe('The machines are those of a recording: when it was made'),
    legs: z.array(legSchema),
    end: pathEndSchema,
    differences: z.array(differenceSchema).nullable().describe('null: nothing was observed'),
    unknown: z
      .array(textSchema)
      .describe('What could not be read, watched or understood: the path may be otherwise there'),
    notes: z.array(textSchema).describe('What is known and good to know of the path'),
  })
  .describe('A path (`trace`): of each request one; on stdout');

/** How several requests spread over the endpoints. */
export const spreadSchema = z
  .object({
    requests: z.number(),
    unanswered: z.number(),
    shares: z.array(
      z.object({
        endpoint: z.string(),
        pod: z.string().nullable(),
        node: z.string().nullable(),
        probability: z.number().describe('As the rules have it'),
        requests: z.number(),
      }),
    ),
  })
  .describe('After several requests (`trace --count`); on stdout');

export type Packet = z.infer<typeof packetSchema>;
export type PathEvidence = z.infer<typeof pathEvidenceSchema>;
export type Branch = z.infer<typeof branchSchema>;
export type Basis = z.infer<typeof basisSchema>;
export type Hop = z.infer<typeof hopSchema>;
export type Leg = z.infer<typeof legSchema>;
export type PathEnd = z.infer<typeof pathEndSchema>;
export type Stopped = Extract<PathEnd, { status: 'stopped' }>;
export type Difference = z.infer<typeof differenceSchema>;
export type Path = z.infer<typeof pathSchema>;
export type Spread = z.infer<typeof spreadSchema>;
