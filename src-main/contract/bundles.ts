import { z } from 'zod';
import { textSchema } from './text.ts';

/* What `--json bundle` and `--json cache` print: one object a line, on stdout. Bytes are whole numbers. */

const bytes = z.number().describe('Bytes');

export const bundleLineSchema = z
  .discriminatedUnion('event', [
    z.object({
      event: z.literal('bundle-created'),
      file: z.string(),
      bytes,
      kubernetes: z.string().describe('v1.37.1'),
      arch: z.array(z.enum(['amd64', 'arm64'])),
    }),
    z.object({
      event: z.literal('bundle-verified'),
      blobs: z.number().describe('Files, manifests and layers whose SHA-256 is right'),
      bytes,
      problems: z.array(textSchema).describe('What is missing or damaged'),
    }),
    z.object({
      event: z.literal('bundle-difference'),
      what: z.string().describe('kubelet (amd64), or an image without its tag'),
      one: z.string().optional().describe('Version or tag, and the beginning of the hash; absent: it has none'),
      other: z.string().optional().describe('The same of the other bundle, or of the catalogue'),
    }),
    z.object({
      event: z.literal('cached'),
      sha256: z.string(),
      bytes,
      used: z.string().describe('When it was used last: ISO 8601'),
      what: z
        .string()
        .optional()
        .describe('kubelet v1.37.1, or the reference of an image; absent: of no known version'),
    }),
    z.object({ event: z.literal('cache-pruned'), files: z.number(), bytes }),
  ])
  .describe('A line of `bundle create`, `bundle verify`, `bundle diff`, `cache` or `cache prune`; on stdout');

export type BundleLine = z.infer<typeof bundleLineSchema>;
