import { hostNames, type Lab } from '../lab/lab.ts';
import { authorityFile } from '../lab/object-names.ts';

/** A host by HTTPS, so that the client trusts the certificate. */
function byTls(lab: Lab, host: string): string {
  const trusts = lab.optional.tls?.trustOnClient === true;
  return trusts ? `https://${host}/` : `curl --cacert ${authorityFile(lab)} https://${host}/`;
}

/** Targets that a lab has: its hosts, what picks the second version, the VIP, its NodePorts and names, and a host that no route has. */
export function suggestedTargets(lab: Lab): readonly string[] {
  const { nodes, loadBalancer, dns, app, optional } = lab;
  const hosts = hostNames(lab);
  return [
    ...hosts.map((host) => `http://${host}/`),
    ...(optional.tls ? [byTls(lab, hosts[0] ?? '')] : []),
    ...(optional.headerRouting ? [`curl -H 'X-Version: v2' http://${hosts[0] ?? ''}/`] : []),
    `http://${loadBalancer.vip}/`,
    ...nodes.map(({ name }) => `${name}:${app.nodePort}`),
    ...nodes.map(({ name }) => `dns ${hosts[0] ?? ''} @${name}:${dns.nodePort}`),
    `curl -H 'Host: wrong.${dns.zone}' http://${loadBalancer.vip}/`,
  ];
}
