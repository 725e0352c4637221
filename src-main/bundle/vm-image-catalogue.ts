import { z } from 'zod';
import vmImagesJson from '../../resources/vm-images.json' with { type: 'json' };
import { VM_IMAGES, type VmImageName } from '../contract/machines.ts';
import { archSchema, type Arch } from './bundle-index.ts';
import { algorithmSchema, isSum, type Sum } from './sum.ts';

/** `{arch}` is amd64 or arm64. */
const address = z.url({ protocol: /^https$/ }).includes('{arch}');

const imageSchema = z
  .strictObject({
    publisher: z.string().min(1),
    /** Of the sums here and of the publisher's. */
    algorithm: algorithmSchema,
    /** In a folder that is named by its date. Publishers remove those after some months. */
    url: address,
    /** Of `url`: lower-case hex. */
    sums: z.strictObject({ amd64: z.string(), arm64: z.string() }),
    /** Bytes of `url`, where Hoplab knows them. */
    sizes: z.strictObject({ amd64: z.int().positive().optional(), arm64: z.int().positive().optional() }).optional(),
    /** The newest image, which the publisher replaces from time to time. */
    newest: address,
  })
  .superRefine(({ algorithm, sums }, context) => {
    for (const [arch, sum] of Object.entries(sums)) {
      if (isSum(sum, algorithm) && sum === sum.toLowerCase()) continue;
      context.addIssue({ code: 'custom', path: ['sums', arch], message: `is no ${algorithm}` });
    }
  });

const vmImagesSchema = z.strictObject({
  schema: z.literal(1),
  images: z.record(z.enum(VM_IMAGES), imageSchema),
});

/** The cloud images that VMs boot, and their pins. */
export type VmImageCatalogue = z.infer<typeof vmImagesSchema>;

/** An image as it is published for one architecture. */
export interface PublishedVmImage {
  readonly name: VmImageName;
  readonly arch: Arch;
  readonly publisher: string;
  readonly url: string;
  /** What Hoplab pins. */
  readonly sum: Sum;
  /** Bytes. */
  readonly size?: number | undefined;
  readonly newest: string;
}

/** That ships with this version of Hoplab. @throws ZodError when resources/vm-images.json is broken */
export function readVmImages(): VmImageCatalogue {
  return parseVmImages(vmImagesJson);
}

/** @throws ZodError */
export function parseVmImages(value: unknown): VmImageCatalogue {
  return vmImagesSchema.parse(value);
}

export function vmImage({ images }: VmImageCatalogue, name: VmImageName, arch: Arch): PublishedVmImage {
  const { publisher, algorithm, url, sums, sizes, newest } = images[name];
  return {
    ...{ name, arch, publisher },
    url: url.replaceAll('{arch}', arch),
    sum: { algorithm, hex: sums[arch] },
    size: sizes?.[arch],
    newest: newest.replaceAll('{arch}', arch),
  };
}

/** All images, for each architecture. */
export function allVmImages(catalogue: VmImageCatalogue): readonly PublishedVmImage[] {
  return VM_IMAGES.flatMap((name) => archSchema.options.map((arch) => vmImage(catalogue, name, arch)));
}

/** Where a publisher has the sums of a file: beside it. */
export function sumsBeside(url: string, { algorithm }: Pick<Sum, 'algorithm'>): string {
  return new URL(`${algorithm.toUpperCase()}SUMS`, url).href;
}
