import { hostName, type Lab } from '../../src-main/lab/lab.ts';

/** What the recording can follow: the addresses and names of each stage of the story. */
export function pathTargets(lab: Lab): readonly string[] {
  const { nodes, loadBalancer, dns, app } = lab;
  const hosts = app.environments.map((environment) => hostName(lab, environment));
  return [
    ...nodes.map(({ name }) => `${name}:30080`),
    `http://${loadBalancer.vip}/`,
    ...hosts.map((host) => `http://${host}/`),
    ...nodes.map(({ name }) => `dns ${hosts[0] ?? ''} @${name}:${String(dns.nodePort)}`),
  ];
}
