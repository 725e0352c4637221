import type { LabDescription } from '../../../src-main/contract/lab-session.ts';

/** Targets that every lab of this description has: its hosts, the VIP, a NodePort of each node, its names. */
export function suggestedTargets(lab: LabDescription): readonly string[] {
  const hosts = lab.app.environments.map(({ host }) => host);
  const first = lab.nodes[0];
  return [
    ...hosts.map((host) => `http://${host}/`),
    `http://${lab.vip}/`,
    ...lab.nodes.map(({ name }) => `${name}:${lab.app.nodePort}`),
    ...(first ? hosts.map((host) => `dns ${host} @${first.name}:${lab.dns.nodePort}`) : []),
  ];
}
