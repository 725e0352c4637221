import { z } from 'zod';
import { proxyModes } from '../contract/service-rules.ts';
import { providerIdSchema, VM_IMAGES } from '../contract/machines.ts';
import type { RefusalKind } from './form-texts.ts';

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const ipv4 = `${octet}(?:\\.${octet}){3}`;
const cidr = `${ipv4}/(?:3[0-2]|[12]?[0-9])`;
// What ssh_config(5) takes as a Host, without wildcards and blanks; digits and dots alone are meant to be an address.
const alias = '(?![0-9.]+$)[A-Za-z0-9_][A-Za-z0-9._-]*';
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const domain = `${label}(?:\\.${label})*`;
// The grammar of github.com/distribution/reference, without IPv6 registries.
const imagePart = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const host = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?';
const registry = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?';
const image = `(?:${registry}/)?${imagePart}(?:/${imagePart})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?`;

function text(kind: RefusalKind, pattern: string, longest: number): z.ZodString {
  return z
    .string(kind)
    .max(longest, kind)
    .regex(new RegExp(`^${pattern}$`), kind);
}

/** The images by name, or a path: something with a slash, or a file of that kind. */
const vmImage = `(?:${VM_IMAGES.map((name) => name.replaceAll('.', '\\.')).join('|')}|[^\\u0000-\\u001f\\u007f]*(?:/[^\\u0000-\\u001f\\u007f]+|\\.(?:qcow2|img|raw)))`;

function whole(kind: RefusalKind, from: number, to: number): z.ZodInt {
  return z.int(kind).min(from, kind).max(to, kind);
}

/**
 * The single values of a lab file, each with its syntax, its default and what an editor says about it. The message of an issue is
 * the RefusalKind that says it in both languages. Patterns have no flags: the JSON Schema cannot express any.
 */
export const fields = {
  // RFC 1035 and 63 characters at most, because a Service is named after it: LAB-service.
  lab: text('lab-name', '[a-z](?:[a-z0-9-]*[a-z0-9])?', 55).describe(
    'The name of the lab: lower-case letters, digits and hyphens, a letter first.',
  ),
  nodeName: text('node-name', domain, 63).describe('The host name of the node, as Kubernetes will know it.'),
  role: z.enum(['control-plane', 'worker'], 'choice').describe('control-plane (exactly one) or worker.'),
  ipv4: text('ipv4', ipv4, 15),
  address: text('ipv4', `(?:${ipv4}|${alias})`, 253).describe(
    'IPv4 address on the LAN, or an alias of ~/.ssh/config that stands for one.',
  ),
  provider: providerIdSchema.describe('What makes the VMs: libvirt (Linux), lima (macOS, Linux), or multipass.'),
  vmCount: whole('vm-count', 1, 20).describe(
    'How many VMs: the control plane and its workers. Default: 3, or the number of nodes.',
  ),
  vmCpus: whole('vm-cpus', 2, 64).default(2).describe('Processors of each VM.'),
  vmMemory: text('vm-memory', '[1-9][0-9]{0,5}(?:MiB|GiB)', 9)
    .default('2GiB')
    .describe('Memory of each VM, at least 1800MiB: kubeadm wants 1700 MiB for a control plane.'),
  vmDisk: text('vm-disk', '[1-9][0-9]{0,3}GiB', 7)
    .default('20GiB')
    .describe('Disk of each VM. It takes the room that is written.'),
  vmImage: text('vm-image', vmImage, 4096)
    .default('debian-12')
    .describe(
      `What the VMs boot: ${VM_IMAGES.join(', ')}, or a cloud image (a file with cloud-init), relative to the lab file.`,
    ),
  lan: text('cidr', cidr, 18).describe(
    "The nodes' LAN. Default: the /24 of the nodes, or the smallest network that holds them all.",
  ),
  user: text('user', '[A-Za-z_][A-Za-z0-9_.-]*\\$?', 32).describe('The user that Hoplab logs in as.'),
  path: text('path', '[^\\u0000-\\u001f\\u007f]+', 4096),
  port: whole('port', 1, 65_535),
  flag: z.boolean('flag'),
  password: z.boolean('password'),
  sudo: z
    .enum(['passwordless', 'password'], 'sudo')
    .describe('Whether sudo asks for a password. Hoplab then asks you for it.'),
  jumpAddress: text('machine-address', '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?', 253).describe(
    'IPv4 address or host name of the jump host.',
  ),
  version: text('version', '[0-9]+\\.[0-9]+\\.[0-9]+', 20).describe(
    'A version of Kubernetes from the catalogue of this Hoplab, without v. Default: the newest of the catalogue.',
  ),
  podCidr: text('cidr', cidr, 18)
    .default('10.244.0.0/16')
    .describe('The addresses of the pods; every node takes a /24 of it.'),
  serviceCidr: text('cidr', cidr, 18).default('10.96.0.0/12').describe('The addresses of the Services, /12 to /28.'),
  kubeProxy: z
    .enum(['iptables', 'nftables'], 'kube-proxy')
    .default('iptables')
    .describe('How kube-proxy forwards packets: by rules of iptables or of nftables.'),
  kubeProxyMode: z
    .enum(proxyModes)
    .describe(
      'kube-proxy is switched to this mode, whichever the cluster was made with: iptables, nftables or ipvs, which needs the modules ip_vs of the kernel.',
    ),
  controlPlaneRunsPods: z
    .boolean('flag')
    .describe('Whether pods may run on the control plane. Default: true only when there is no worker.'),
  pool: text('pool', `(?:${ipv4}-${ipv4}|${cidr})`, 31).describe(
    'Free addresses of the LAN for MetalLB: FIRST-LAST or a CIDR.',
  ),
  vip: text('ipv4', ipv4, 15).describe(
    'The address of the pool that the app answers on. Default: the first of the pool.',
  ),
  // RFC 1035, because NGINX Gateway Fabric names a Service after it: NAME-nginx.
  gatewayName: text('gateway-name', '[a-z](?:[a-z0-9-]*[a-z0-9])?', 57)
    .default('shortener-gateway')
    .describe('The name of the Gateway.'),
  zone: text('zone', domain, 200)
    .default('k8s.local')
    .describe('The DNS zone that CoreDNS answers for, and that the client sends there.'),
  dnsNodePort: whole('node-port', 30_000, 32_767).default(30_053).describe('The NodePort (UDP and TCP) of CoreDNS.'),
  image: text('image', image, 512)
    .default('registry.k8s.io/e2e-test-images/agnhost:2.56')
    .describe('The image of the app: anything that serves HTTP.'),
  argument: text('argument', '[^\\u0000]*', 4096),
  appPort: whole('port', 1, 65_535).default(8080).describe('The port that the app listens on.'),
  appNodePort: whole('node-port', 30_000, 32_767).default(30_080).describe('The NodePort of the first environment.'),
  mirror: text('mirror', `https?://${host}(?:/[A-Za-z0-9._~-]+)*/?`, 500),
  mirroredHost: text('mirrored-host', host, 260),
  proxy: text('proxy', `https?://${host}/?`, 300).describe(
    'The proxy for downloads. Default: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY of the environment; in the window, else that of the system.',
  ),
  noProxy: text('no-proxy', `(?:\\*|(?:\\*?\\.)?${host}|${cidr})`, 260),
  environment: text('label', label, 63).describe('The name of the environment, and of its namespace.'),
  host: text('host', domain, 200).describe('The host name of the environment, relative to the zone.'),
  replicas: whole('replicas', 1, 100).default(3).describe('How many pods run the app.'),
  secondReplicas: whole('replicas', 1, 100).default(2).describe('How many pods run the second version.'),
  weight: whole('weight', 0, 100).default(20).describe('Percent of the requests that the second version gets.'),
};
