import { readFileSync } from 'node:fs';
import { z } from 'zod';
import catalogueJson from '../../resources/catalogue.json' with { type: 'json' };
import { BundleError } from './bundle-error.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no sha256');
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no digest');
/** Bytes. */
const size = z.int().positive();
/** One value for all, or one for each architecture as far as it is known. */
const perArch = <Value extends z.ZodType>(value: Value) =>
  z.union([value, z.strictObject({ amd64: value.optional(), arm64: value.optional() })]);
const address = z.url({ protocol: /^https$/ });

const fileSchema = z.strictObject({
  /** Of the program or the manifest, without version and architecture. Unlike all others. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  kind: z.enum(['binary', 'archive', 'manifest']),
  /** Where its publisher has it; `{arch}` is amd64 or arm64. Without it the file is the same for both. */
  url: address,
  /** Where its publisher has its SHA-256, alone or in lines of `SHA256  NAME`; `{url}` is the file's address. */
  sums: z.string().optional(),
  /** Lower-case hex, of the file as it is published. Absent where Hoplab does not know it. */
  sha256: perArch(sha256).optional(),
  size: perArch(size).optional(),
  /** What of an archive is installed: the folder in the archive, the one on the machine, and the names of the programs. */
  members: z
    .strictObject({ from: z.string(), to: z.string().startsWith('/'), names: z.array(z.string()).min(1) })
    .optional(),
});

const imageSchema = z.strictObject({
  /** `REGISTRY/PATH:TAG`, as manifests and kubeadm name it. */
  reference: z.string().regex(/^[a-z0-9.-]+\/[a-z0-9._/-]+:[\w.-]+$/),
  /** Of its index of platforms. Absent where Hoplab does not know it. */
  digest: digest.optional(),
  /** Of the manifests in that index, as far as they are known. */
  manifests: z.strictObject({ amd64: digest.optional(), arm64: digest.optional() }).optional(),
  /** Bytes that are downloaded for an architecture: configuration and layers. */
  size: perArch(size).optional(),
});

const releaseSchema = z.strictObject({
  /** The page of this release, for people. */
  source: address,
  images: z.array(imageSchema),
  files: z.array(fileSchema),
});

/** Without `v`. */
const version = z.string().regex(/^\d+\.\d+(\.\d+)?$/);

const componentSchema = z.strictObject({
  publisher: z.string().min(1),
  /** SPDX expression, of the project's own work: images hold more. */
  licence: z.string().min(1),
  versions: z.record(version, releaseSchema),
});

const componentNames = [
  'kubernetes',
  'etcd',
  'coredns',
  'pause',
  'containerd',
  'runc',
  'cni-plugins',
  'flannel',
  'metallb',
  'gateway-api',
  'nginx-gateway-fabric',
  'agnhost',
] as const;
export type ComponentName = (typeof componentNames)[number];

const catalogueSchema = z
  .strictObject({
    schema: z.literal(2),
    /** The version of Kubernetes of a lab file that names none. */
    default: version,
    /** By the version of Kubernetes: the version of each component that goes with it. */
    kubernetes: z.record(z.string().regex(/^\d+\.\d+\.\d+$/), z.record(z.enum(componentNames), version)),
    components: z.record(z.enum(componentNames), componentSchema),
  })
  .refine((catalogue) => catalogue.default in catalogue.kubernetes, 'the default version is not in the catalogue')
  .superRefine(({ kubernetes, components }, context) => {
    for (const [row, versions] of Object.entries(kubernetes)) {
      for (const name of componentNames) {
        if (versions[name] in components[name].versions) continue;
        const path = ['kubernetes', row, name];
        context.addIssue({ code: 'custom', path, message: `${name} ${versions[name]} is not among the components` });
      }
    }
  });

/** Versions that go together, by the version of Kubernetes, and the pins of each. */
export type Catalogue = z.infer<typeof catalogueSchema>;
export type CatalogueFile = z.infer<typeof fileSchema>;
export type CatalogueImage = z.infer<typeof imageSchema>;

/** One version of a component. */
export type Component = z.infer<typeof releaseSchema> &
  Pick<z.infer<typeof componentSchema>, 'publisher' | 'licence'> & { /** Without `v`. */ readonly version: string };
export type Components = Record<ComponentName, Component>;

let read: { readonly file: string; readonly catalogue: Catalogue } | undefined;

/**
 * The catalogue that ships with this version of Hoplab, or the file that `HOPLAB_CATALOGUE` names, read once.
 * @throws BundleError when that file cannot be used, ZodError when resources/catalogue.json is broken
 */
export function readCatalogue(): Catalogue {
  const file = process.env['HOPLAB_CATALOGUE'] ?? '';
  if (read?.file !== file)
    read = { file, catalogue: file ? catalogueFrom(file) : catalogueSchema.parse(catalogueJson) };
  return read.catalogue;
}

/** @throws BundleError that names the file and the place in it */
export function catalogueFrom(file: string): Catalogue {
  try {
    return parseCatalogue(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new BundleError({
      en: `The catalogue ${file}, which HOPLAB_CATALOGUE names, cannot be used (${why}): correct it, or unset HOPLAB_CATALOGUE.`,
      ja: `HOPLAB_CATALOGUE が指すカタログ ${file} を使えません (${why})。直すか、HOPLAB_CATALOGUE を外してください。`,
    });
  }
}

/** @throws Error whose message is the first thing that is wrong, with its place */
export function parseCatalogue(value: unknown): Catalogue {
  const parsed = catalogueSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '));
}

/** What goes with a version of Kubernetes (`1.37.1`). @throws Error when the catalogue does not have it. */
export function components(kubernetes: string, catalogue = readCatalogue()): Components {
  const versions = catalogue.kubernetes[kubernetes];
  if (!versions) throw new Error(`Kubernetes ${kubernetes} is not in the catalogue`);
  const entries = componentNames.map((name) => [name, release(catalogue, name, versions[name])] as const);
  return Object.fromEntries(entries) as Components;
}

function release({ components: all }: Catalogue, name: ComponentName, of: string): Component {
  const { publisher, licence, versions } = all[name];
  const found = versions[of];
  if (!found) throw new Error(`${name} ${of} is not in the catalogue`); // the schema has refused that
  return { version: of, publisher, licence, ...found };
}

/** What of an archive is installed: the folder in it, the one on the machine, and the programs. */
export type Members = NonNullable<CatalogueFile['members']>;

/** @param kubernetes with `v` @param name of a file; undefined for what is no archive */
export function membersOf(kubernetes: string, name: string): Members | undefined {
  const files = Object.values(components(kubernetes.replace(/^v/, ''))).flatMap((component) => component.files);
  return files.find((file) => file.name === name)?.members;
}

/** References of a component's images. */
export function imagesOf({ images }: Pick<Component, 'images'>): readonly string[] {
  return images.map(({ reference }) => reference);
}
