import type { ProviderId, VmImageName } from '../contract/machines.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { KubeProxyMode } from '../contract/service-rules.ts';
import type { TakenAlias } from '../contract/ssh-aliases.ts';

/** A lab as its lab file describes it, validated, with every default filled in and every path absolute. */
export interface Lab {
  /** The lab's name: a DNS label. */
  readonly name: string;
  /** Absolute path of the lab file. */
  readonly file: string;
  /** Exactly one control plane, first; then the workers in the file's order. */
  readonly nodes: readonly LabNode[];
  /** Set where the nodes are VMs that Hoplab makes on this computer. */
  readonly machines?: VmSize;
  /** The nodes' network, where the lab file states it. */
  readonly lan?: string;
  readonly client: LabClient;
  readonly kubernetes: {
    /** A version of the catalogue, without `v`: `1.37.1`. */
    readonly version: string;
    readonly podCidr: string;
    readonly serviceCidr: string;
    readonly kubeProxy: 'iptables' | 'nftables';
    /** Default: true only when there is no worker. */
    readonly controlPlaneRunsPods: boolean;
  };
  /** `pool` is `FIRST-LAST` or a CIDR; `vip` lies in it. */
  readonly loadBalancer: { readonly pool: string; readonly vip: string };
  readonly gateway: { readonly name: string };
  readonly dns: { readonly zone: string; readonly nodePort: number };
  readonly app: {
    readonly image: string;
    /** Arguments of the container; default those of agnhost: ['netexec', '--http-port=8080']. */
    readonly args: readonly string[];
    /** The port the container listens on; default 8080. */
    readonly port: number;
    /** The NodePort of the first environment; default 30080. */
    readonly nodePort: number;
    readonly environments: readonly Environment[];
  };
  readonly optional: {
    /** Set where the lab has one, for a stage that needs it or by itself. */
    readonly secondVersion?: SecondVersion;
    /** Percent of the requests that the second version gets. */
    readonly trafficSplit?: { readonly weight: number };
    readonly headerRouting: boolean;
    /** `trustOnClient`: the client's system is to trust the lab's CA. */
    readonly tls?: { readonly trustOnClient: boolean };
    /** The mode that kube-proxy is switched to, on the cluster that was made with `kubernetes.kubeProxy`. */
    readonly kubeProxyMode?: KubeProxyMode;
  };
  /** What the user runs besides, from manifests of his own. */
  readonly apps: readonly OwnApp[];
  /** Where everything that is installed comes from: its publishers, or a bundle (absolute path of a folder or a tar). */
  readonly source: 'online' | { readonly bundle: string };
  /** Archives of images that are taken in the place of those of the source: absolute paths of files and folders. */
  readonly images: readonly string[];
  /** How publishers are reached. What is absent here may be in the environment. */
  readonly network: {
    readonly mirrors: {
      /** Has everything, below the original host as first folder. */
      readonly base?: string;
      /** By original host. */
      readonly hosts: Readonly<Record<string, string>>;
    };
    readonly proxy?: string;
    /** As entries of NO_PROXY, and besides those of the environment. */
    readonly noProxy?: readonly string[];
    /** Absolute path of a file of certificates (PEM) to trust as well. */
    readonly ca?: string;
  };
  readonly overrides: {
    /** kubeadm documents (YAML), merged by kind into what Hoplab writes. */
    readonly kubeadm?: string;
  };
}

/** The VMs of a lab, which are all alike. */
export interface VmSize {
  readonly provider: ProviderId;
  readonly cpus: number;
  /** MiB. */
  readonly memory: number;
  /** GiB. */
  readonly disk: number;
  /** One that Hoplab knows, or the absolute path of a cloud image. */
  readonly image: { readonly name: VmImageName } | { readonly file: string };
}

export interface LabNode {
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  /** IPv4 address on the LAN. */
  readonly address: string;
  /** Without a key, the agent and a password it is a VM: those have Hoplab's own key. */
  readonly ssh: SshAccess;
  /** What of it comes from an alias. */
  readonly alias?: TakenAlias;
}

/** An app of one environment: its namespace is `name`, its DNS name `host` + `.` + the zone. */
export interface Environment {
  readonly name: string;
  /** Relative to the zone: `url-shortener.staging`. */
  readonly host: string;
  /** Default 3. */
  readonly replicas: number;
}

/** The app of the first environment once more, of another version, on the same port. */
export interface SecondVersion {
  readonly image: string;
  /** As those of the app. */
  readonly args: readonly string[];
  /** Default 2. */
  readonly replicas: number;
}

/** Objects of the user's own manifests. */
export interface OwnApp {
  /** As the lab file says it: relative to it, as a rule. */
  readonly named: string;
  /** Absolute path of a folder, or of one file. */
  readonly manifests: string;
  /** In the order of the files, by name, and of what is in them. */
  readonly objects: readonly KubernetesObject[];
}

/** The machine that the user sits at. As a machine its name is `client`. */
export type LabClient =
  | { readonly kind: 'this-computer' }
  | { readonly kind: 'ssh'; readonly address: string; readonly ssh: SshAccess; readonly alias?: TakenAlias };

/** How a machine is reached and how root is got there. Passwords are never in the lab file: they are asked for. */
export interface SshAccess {
  readonly user: string;
  readonly port: number;
  /** Absolute path of a private key; of one in the agent its public half is enough. */
  readonly key?: string;
  /** Use the SSH agent at SSH_AUTH_SOCK. */
  readonly agent: boolean;
  /** Ask for a password (also answers keyboard-interactive). */
  readonly password: boolean;
  readonly sudo: 'passwordless' | 'password';
  readonly jump?: { readonly address: string; readonly user: string; readonly port: number; readonly key?: string };
}

export function controlPlane(lab: Lab): LabNode {
  const node = lab.nodes.find(({ role }) => role === 'control-plane');
  if (!node) throw new Error('a lab has a control plane');
  return node;
}

export function workers(lab: Lab): readonly LabNode[] {
  return lab.nodes.filter(({ role }) => role === 'worker');
}

/** Those on which ordinary pods may run. */
export function nodesForPods(lab: Lab): readonly LabNode[] {
  return lab.kubernetes.controlPlaneRunsPods ? [controlPlane(lab), ...workers(lab)] : workers(lab);
}

/** The full name of an environment's app: `url-shortener.staging.k8s.local`. */
export function hostName(lab: Lab, environment: Environment): string {
  return `${environment.host}.${lab.dns.zone}`;
}

/** The full names of the lab's apps, in the order of its environments. */
export function hostNames(lab: Lab): readonly string[] {
  return lab.app.environments.map((environment) => hostName(lab, environment));
}
