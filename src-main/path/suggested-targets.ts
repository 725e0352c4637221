import { hostNames, type Lab } from '../lab/lab.ts';
import { authorityFile } from '../lab/object-names.ts';
import { ownHosts } from '../lab/own-apps.ts';

/** Targets that a lab has: its hosts and those of the user's routes, what picks the second version, the VIP, its NodePorts and names, and a host that no route has. */
export function suggestedTargets(lab: Lab): readonly string[] {
  const { nodes, loadBalancer, dns, app, optional } = lab;
  const hosts = hostNames(lab);
  const [first = ''] = hosts;
  return [
    ...hosts.map((host) => `http://${host}/`),
    ...ownHosts(lab).map((host) => `http://${host}/`),
    ...(optional.tls ? [byTls(lab, first)] : []),
    ...(optional.headerRouting ? [secondVersion(lab, first)] : []),
    `http://${loadBalancer.vip}/`,
    ...nodes.map(({ name }) => `${name}:${app.nodePort}`),
    ...nodes.map(({ name }) => `dns ${first} @${name}:${dns.nodePort}`),
    `curl -H 'Host: wrong.${dns.zone}' http://${loadBalancer.vip}/`,
  ];
}

/** By HTTP it would be redirected where the lab has TLS. */
function secondVersion(lab: Lab, host: string): string {
  if (!lab.optional.tls) return `curl -H 'X-Version: v2' http://${host}/`;
  return byTls(lab, host, "-H 'X-Version: v2'");
}

/** A host by HTTPS, so that the client trusts the certificate. */
function byTls(lab: Lab, host: string, options = ''): string {
  const trusts = lab.optional.tls?.trustOnClient === true;
  const authority = trusts ? '' : `--cacert ${authorityFile(lab)}`;
  const words = [options, authority].filter((one) => one !== '');
  return words.length === 0 ? `https://${host}/` : ['curl', ...words, `https://${host}/`].join(' ');
}
