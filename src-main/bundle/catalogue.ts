import { z } from 'zod';
import catalogueJson from '../../resources/catalogue.json' with { type: 'json' };

const catalogueFile = z.strictObject({
  /** Without version and architecture. */
  name: z.string().min(1),
  kind: z.enum(['binary', 'archive', 'manifest']),
  /** Where the project itself publishes it; `{arch}` is amd64 or arm64. */
  url: z.url({ protocol: /^https$/ }),
  /** Lower-case hex of the file; absent where it differs per architecture. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

const component = z.strictObject({
  /** Without `v`. */
  version: z.string().regex(/^\d+\.\d+(\.\d+)?$/),
  /** The page of this release, for people. */
  source: z.url({ protocol: /^https$/ }),
  /** Full references, as the manifests and kubeadm name them. */
  images: z.array(z.string()),
  files: z.array(catalogueFile),
});

const componentsSchema = z.strictObject({
  kubernetes: component,
  etcd: component,
  coredns: component,
  pause: component,
  containerd: component,
  runc: component,
  'cni-plugins': component,
  flannel: component,
  metallb: component,
  'gateway-api': component,
  'nginx-gateway-fabric': component,
  agnhost: component,
});

const catalogueSchema = z
  .strictObject({
    schema: z.literal(1),
    default: z.string(),
    kubernetes: z.record(z.string().regex(/^\d+\.\d+\.\d+$/), z.strictObject({ components: componentsSchema })),
  })
  .refine((catalogue) => catalogue.default in catalogue.kubernetes, 'the default version is not in the catalogue');

/** Versions that go together, by the version of Kubernetes. */
export type Catalogue = z.infer<typeof catalogueSchema>;
export type Components = z.infer<typeof componentsSchema>;

let read: Catalogue | undefined;

/** The catalogue that ships with this version of Hoplab, read once. @throws ZodError when resources/catalogue.json is broken. */
export function readCatalogue(): Catalogue {
  read ??= catalogueSchema.parse(catalogueJson);
  return read;
}

/** What goes with a version of Kubernetes (`1.37.1`). @throws Error when the catalogue does not have it. */
export function components(version: string): Components {
  const entry = readCatalogue().kubernetes[version];
  if (!entry) throw new Error(`Kubernetes ${version} is not in the catalogue`);
  return entry.components;
}
