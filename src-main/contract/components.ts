import { z } from 'zod';

export const vouchedSchema = z
  .enum(['hoplab', 'publisher', 'maker'])
  .describe(
    'Who vouches for its SHA-256: `hoplab`, pinned in its catalogue; `publisher`, read from beside the file; `maker`, only the index of a bundle or an archive of images',
  );

/** What is installed of one component, from where, and who vouches for it. */
export const componentSchema = z
  .object({
    component: z.string().describe('Its name in the catalogue: `cni-plugins`; `other` for what is not in it'),
    version: z.string().nullable().describe('v1.9.1'),
    kubernetes: z.string().describe('The version of Kubernetes that it goes with: v1.37.1'),
    bundle: z.string().nullable().describe('The bundle, or archive of images, that says so; null: the catalogue'),
    publisher: z.string().nullable(),
    licence: z.string().nullable().describe("SPDX expression of the project's own work"),
    page: z.string().nullable().describe('The page of this release'),
    hosts: z.array(z.string()).describe('Where its files and images come from'),
    pinned: z.enum(['all', 'some', 'none']).describe('How much of it is pinned in the catalogue'),
    files: z.array(
      z.object({
        name: z.string(),
        arch: z.enum(['amd64', 'arm64']).nullable().describe('null: the same for all'),
        url: z.string(),
        sha256: z.string().nullable().describe('Hex; null: not known until it is read from its publisher'),
        size: z.number().nullable().describe('Bytes'),
        vouched: vouchedSchema,
      }),
    ),
    images: z.array(z.object({ reference: z.string(), digest: z.string().nullable(), vouched: vouchedSchema })),
  })
  .describe('A component (`components`); on stdout');

export type InstalledComponent = z.infer<typeof componentSchema>;
