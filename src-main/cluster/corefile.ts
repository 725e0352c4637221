import type { Fact } from '../facts/fact.ts';
import { hostName, type Lab } from '../lab/lab.ts';
import { kubectl } from './kubectl.ts';

/** CoreDNS's configuration in the cluster; empty while there is none. */
export const corefile: Fact<string> = {
  id: 'corefile',
  sudo: true,
  command: kubectl`-n kube-system get configmap coredns -o ${'jsonpath={.data.Corefile}'}`,
  accept: 'any',
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? stdout : ''),
};

const BEGIN = '# Hoplab begin';
const END = '# Hoplab end';

/**
 * The Corefile with a server block of the lab's zone; the blocks of others stay as they are. `hosts` has no `fallthrough`:
 * with it a name without an IPv6 address would end in SERVFAIL instead of an empty answer, and a Mac would wait 5 s.
 */
export function withZone(found: string, lab: Lab): string {
  const block = [
    BEGIN,
    `${lab.dns.zone}:53 {`,
    '    errors',
    '    hosts {',
    hostsLine(lab),
    '        ttl 30',
    '        no_reverse',
    '    }',
    '    reload',
    '}',
    END,
    '',
  ].join('\n');
  const rest = withoutZone(found);
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${block}`;
}

/** The line by which the lab's names are known, as it stands in the Corefile. */
export function hostsLine(lab: Lab): string {
  const names = lab.app.environments.map((environment) => hostName(lab, environment));
  return `        ${lab.loadBalancer.vip} ${names.join(' ')}`;
}

export function withoutZone(found: string): string {
  return found.replace(new RegExp(`${BEGIN}\\n[\\s\\S]*?${END}\\n?`, 'g'), '');
}
