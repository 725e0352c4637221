import { hostName, type Lab } from '../lab/lab.ts';

/** Targets that a lab has: its hosts, what picks the second version, the VIP, its NodePorts and names, and a host that no route has. */
export function suggestedTargets(lab: Lab): readonly string[] {
  const { nodes, loadBalancer, dns, app, optional } = lab;
  const hosts = app.environments.map((environment) => hostName(lab, environment));
  return [
    ...hosts.map((host) => `http://${host}/`),
    ...(optional.headerRouting ? [`curl -H 'X-Version: v2' http://${hosts[0] ?? ''}/`] : []),
    `http://${loadBalancer.vip}/`,
    ...nodes.map(({ name }) => `${name}:${app.nodePort}`),
    ...nodes.map(({ name }) => `dns ${hosts[0] ?? ''} @${name}:${dns.nodePort}`),
    `curl -H 'Host: wrong.${dns.zone}' http://${loadBalancer.vip}/`,
  ];
}
