import { z } from 'zod';
import { vouchedSchema } from './components.ts';
import { textSchema } from './text.ts';

/* What `--json bundle` and `--json cache` print: one object a line, on stdout. Bytes are whole numbers. */

const bytes = z.number().describe('Bytes');
const arch = z.enum(['amd64', 'arm64']);
const parts = {
  sha256: z.string().describe('Hex'),
  size: bytes,
  vouched: vouchedSchema,
  seen: z.string().optional().describe('When the maker of the bundle read the sum from its publisher: ISO 8601'),
};

export const bundleLineSchema = z
  .discriminatedUnion('event', [
    z.object({
      event: z.literal('bundle-created'),
      file: z.string(),
      bytes,
      kubernetes: z.string().describe('v1.37.1'),
      arch: z.array(arch),
    }),
    z.object({
      event: z.literal('bundle'),
      schema: z.literal(2),
      kubernetes: z.string().describe('v1.37.1'),
      arch: z.array(arch),
      made: z.string().describe('ISO 8601'),
      hoplab: z.string().describe('Version of the Hoplab that made it'),
      files: z.array(
        z.object({
          component: z.string(),
          name: z.string(),
          kind: z.enum(['binary', 'archive', 'manifest']),
          arch: arch.optional().describe('Absent: the same for all'),
          version: z.string(),
          url: z.string(),
          ...parts,
        }),
      ),
      images: z.array(
        z.object({
          reference: z.string(),
          digest: z.string(),
          mediaType: z.string(),
          size: parts.size,
          vouched: parts.vouched,
          seen: parts.seen,
        }),
      ),
    }),
    z.object({
      event: z.literal('image-archive').describe('What `bundle show` says of an archive that other tools made'),
      place: z.string(),
      images: z.array(
        z.object({
          reference: z.string(),
          digest: z.string(),
          arch: z.array(arch).describe('For which all of it is there'),
        }),
      ),
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
      sha256: z.string().optional().describe('Hex; absent for what is known by its SHA-512'),
      sha512: z.string().optional().describe('Hex, of an image of a VM'),
      bytes,
      used: z.string().describe('When it was used last: ISO 8601'),
      what: z
        .string()
        .optional()
        .describe('kubelet v1.37.1, the reference of an image, or debian-12 amd64; absent: of no known version'),
    }),
    z.object({ event: z.literal('cache-pruned'), files: z.number(), bytes }),
  ])
  .describe(
    'A line of `bundle create`, `bundle verify`, `bundle show`, `bundle diff`, `cache` or `cache prune`; on stdout',
  );

export type BundleLine = z.infer<typeof bundleLineSchema>;
