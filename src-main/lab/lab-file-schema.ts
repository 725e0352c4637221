import { z } from 'zod';
import { fields } from './lab-fields.ts';
import type { RefusalKind } from './form-texts.ts';

/** The message of an unrecognized_keys issue is the list of keys that there are. */
function mapping<S extends z.core.$ZodLooseShape>(
  shape: S,
  kind: RefusalKind = 'mapping',
): z.ZodObject<S, z.core.$strict> {
  const keys = Object.keys(shape).join(' ');
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? keys : kind) });
}

const key = fields.path.describe(
  'Private key. Default: ~/.ssh/id_ed25519, if neither agent nor password is true. With agent: true it is offered first, and its .pub is enough. Relative to the lab file; ~ is your home.',
);
const agent = fields.flag.describe('Use the keys of the SSH agent.');
const password = fields.password.describe('Ask for a password. The password itself is never in the lab file.');
const port = fields.port.describe('The port of the SSH server.');

const jump = mapping({
  address: fields.jumpAddress,
  user: fields.user.describe('Default: the user of the machine behind it.').optional(),
  port: port.default(22),
  key: fields.path.describe('Private key. Default: the key of the machine behind it.').optional(),
}).describe('A host that the connections go through.');

const access = mapping({
  user: fields.user.optional(),
  port: port.default(22),
  key: key.optional(),
  agent: agent.default(false),
  password: password.default(false),
  sudo: fields.sudo.default('passwordless'),
  jump: jump.optional(),
}).describe('How the machines are reached by SSH.');

const ownAccess = mapping({
  user: fields.user.optional(),
  port: port.optional(),
  key: key.optional(),
  agent: agent.optional(),
  password: password.optional(),
  sudo: fields.sudo.optional(),
  jump: jump.optional(),
}).describe('What differs from the general ssh for this machine.');

const node = mapping({
  name: fields.nodeName,
  role: fields.role,
  address: fields.address,
  ssh: ownAccess.optional(),
}).describe('One machine of the cluster.');

const client = z
  .union([z.literal('this-computer'), mapping({ address: fields.address, ssh: ownAccess.optional() })], 'client')
  .default('this-computer')
  .describe('The machine that you sit at: this-computer, or another one reached by SSH.');

const machines = mapping({
  provider: fields.provider,
  count: fields.vmCount.optional(),
  cpus: fields.vmCpus,
  memory: fields.vmMemory,
  disk: fields.vmDisk,
  image: fields.vmImage,
}).describe('VMs that Hoplab makes on this computer. Then `nodes`, `ssh` and `loadBalancer` may be left out.');

const kubernetes = mapping({
  version: fields.version.optional(),
  podCidr: fields.podCidr,
  serviceCidr: fields.serviceCidr,
  kubeProxy: fields.kubeProxy,
  controlPlaneRunsPods: fields.controlPlaneRunsPods.optional(),
});

const environment = mapping({ name: fields.environment, host: fields.host, replicas: fields.replicas });

const app = mapping({
  image: fields.image,
  args: z
    .array(fields.argument, 'list')
    .describe(
      'Arguments of the container. Default: those that make agnhost serve HTTP on the port; none for another image.',
    )
    .optional(),
  port: fields.appPort,
  nodePort: fields.appNodePort,
  environments: z
    .array(environment, 'list')
    .min(1, 'no-environments')
    .default([
      { name: 'staging', host: 'url-shortener.staging', replicas: 3 },
      { name: 'prod', host: 'url-shortener.prod', replicas: 3 },
    ])
    .describe('The environments of the app, each with its own namespace and host name.'),
});

const secondVersion = mapping({
  image: fields.image.unwrap().describe('Its image. Default: that of the app.').optional(),
  args: z
    .array(fields.argument, 'list')
    .describe('Arguments of its container. Default: as those of the app.')
    .optional(),
  replicas: fields.secondReplicas,
});

const optional = mapping({
  secondVersion: secondVersion
    .describe("A second version of the first environment's app. The stages below run one by themselves.")
    .optional(),
  trafficSplit: mapping({ weight: fields.weight })
    .describe('A share of the requests goes to the second version.')
    .optional(),
  headerRouting: fields.flag
    .default(false)
    .describe('Requests with a certain header, cookie, method, path or query go to the second version.'),
  tls: mapping({
    trustOnClient: fields.flag
      .default(false)
      .describe("The client's system trusts the CA of the lab, which can sign for the zone alone."),
  })
    .describe('HTTPS with certificates of a CA of the lab; HTTP is redirected.')
    .optional(),
  kubeProxyMode: fields.kubeProxyMode.optional(),
});

/** A lab file, each value alone. What the values must be to each other is in rules/. */
export const labFileSchema = mapping(
  {
    lab: fields.lab,
    nodes: z
      .array(node, 'list')
      .min(1, 'no-nodes')
      .describe('The machines of the cluster, one of them the control plane.'),
    machines: machines.optional(),
    lan: fields.lan.optional(),
    ssh: access.prefault({}),
    client,
    kubernetes: kubernetes.prefault({}).describe('The cluster.'),
    loadBalancer: mapping({ pool: fields.pool, vip: fields.vip.optional() }).describe('What MetalLB gives out.'),
    gateway: mapping({ name: fields.gatewayName }).prefault({}).describe('The Gateway.'),
    dns: mapping({ zone: fields.zone, nodePort: fields.dnsNodePort })
      .prefault({})
      .describe('Names outside the cluster.'),
    app: app.prefault({}).describe('The sample app.'),
    apps: z
      .array(
        mapping({
          manifests: fields.path.describe(
            'A folder of manifests (.yaml, .yml, .json; not the folders in it), or one file. Relative to the lab file.',
          ),
        }),
        'list',
      )
      .default([])
      .describe(
        'Your own apps, as manifests of Kubernetes; applied once the Gateway is there, and removed with their stage.',
      ),
    optional: optional.prefault({}).describe('Stages that go beyond the name; each can be undone alone.'),
    source: z
      .union(
        [
          z.literal('online'),
          mapping({ bundle: fields.path.describe('A bundle, folder or file, relative to the lab file.') }),
        ],
        'source',
      )
      .default('online')
      .describe('Where everything that is installed comes from: online, or a bundle.'),
    images: z
      .array(fields.path, 'list')
      .default([])
      .describe(
        'Archives of images that are taken in the place of those of the source: `docker save`, or an OCI image layout (file or folder). Relative to the lab file.',
      ),
    mirrors: z
      .union([fields.mirror, z.record(fields.mirroredHost, fields.mirror, 'mirrors')], 'mirrors')
      .default({})
      .describe(
        'Where to download from instead: one address that has everything below the original host as first folder, or an address for each host.',
      ),
    proxy: fields.proxy.optional(),
    noProxy: z
      .array(fields.noProxy, 'list')
      .describe(
        'What is reached without a proxy, besides NO_PROXY: hosts with all below them, HOST:PORT, networks, or *.',
      )
      .optional(),
    ca: fields.path
      .describe('File of certificates (PEM) that are trusted for downloads as well, relative to the lab file.')
      .optional(),
    overrides: mapping({
      kubeadm: fields.path.describe('File of kubeadm documents, merged by kind into what Hoplab writes.').optional(),
    })
      .prefault({})
      .describe('Additions to what Hoplab writes.'),
  },
  'mapping',
);

export type LabFile = z.output<typeof labFileSchema>;
export type OwnAccess = z.output<typeof ownAccess>;

/** Keys that may be left out where Hoplab makes the machines. */
const unlessVms = ['nodes', 'loadBalancer'];

/** The JSON Schema (draft 2020-12) of a lab file, for editors. Published as resources/lab.schema.json. */
export function labFileJsonSchema(): Record<string, unknown> {
  const { $schema, required = [], ...rest } = z.toJSONSchema(labFileSchema, { io: 'input', target: 'draft-2020-12' });
  const always = required.filter((key) => !unlessVms.includes(key));
  const anyOf = [{ required: unlessVms }, { required: ['machines'] }];
  return { $schema, title: 'Hoplab lab file', ...rest, required: always, anyOf };
}
