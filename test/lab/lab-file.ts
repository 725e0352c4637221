import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document } from 'yaml';
import type { LabInfo } from './script.ts';

export interface LabFileOptions {
  /** Who Hoplab is on the nodes: `lab` has a key and sudo without password, `labpw` a password for both. Default `lab`. */
  readonly user?: 'lab' | 'labpw' | 'root';
  /** `ssh`: the lab's desktop machine. `local`: this computer, in whose files Hoplab then writes. Default `ssh`. */
  readonly client?: 'ssh' | 'local';
  /** Other values, by path: { 'kubernetes.kubeProxy': 'nftables' }. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Default: where `hoplab` looks for it. */
  readonly path?: string;
}

export function labFilePath(info: LabInfo): string {
  return join(info.state, 'lab.yaml');
}

/** Writes the lab file that describes the running lab. Returns its path. */
export function writeLabFileFor(info: LabInfo, options: LabFileOptions = {}): string {
  const path = options.path ?? labFilePath(info);
  writeFileSync(path, labFile(info, options));
  return path;
}

function labFile(info: LabInfo, { user = 'lab', client = 'ssh', set = {} }: LabFileOptions): string {
  const { key } = info.ssh;
  const own = user === 'labpw' ? { password: false, sudo: 'passwordless' } : {}; // else it has the nodes'
  const clientAccess = { user: 'root', key, ...own };
  const document = new Document({
    lab: 'shortener',
    nodes: info.nodes.map(({ hostname, role, address }) => ({ name: hostname, role, address })),
    ssh: user === 'labpw' ? { user, password: true, sudo: 'password' } : { user, key },
    client: client === 'ssh' ? { address: info.client.address, ssh: clientAccess } : 'this-computer',
    kubernetes: { controlPlaneRunsPods: info.nodes.length === 1 },
    loadBalancer: { pool: '192.168.2.200-192.168.2.250', vip: '192.168.2.200' },
    dns: { zone: 'k8s.local', nodePort: 30053 },
    app: {
      environments: [
        { name: 'staging', host: 'url-shortener.staging', replicas: 3 },
        { name: 'prod', host: 'url-shortener.prod', replicas: 1 },
      ],
    },
    source: { bundle: info.bundle },
    overrides: { kubeadm: info.overrides },
  });
  for (const [path, value] of Object.entries(set)) document.setIn(path.split('.'), value);
  return document.toString();
}
