import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corefile, hostsLine, READ_ANNOTATION, withoutZone, withZone } from '../../../src-main/cluster/corefile.ts';
import { labOf, labText } from '../../lab-file/example.ts';

const lab = labOf(labText());
const other = labOf(labText({ 9: 'dns: { zone: lab.example.com }', 7: 'loadBalancer: { pool: 192.168.2.9/32 }' }));

/** What kubeadm writes. */
const kubeadms = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

/** Corefiles of others: any lines, each ended. */
const foreign = fc
  .array(fc.oneof(fc.string(), fc.constantFrom('}', '.:53 {', '# Hoplab', '    reload', '$& $1 $`')))
  .map((lines) => lines.map((line) => `${line.replaceAll('\n', ' ')}\n`).join(''));

describe("the lab's zone in CoreDNS's configuration", () => {
  it('stands in a server block of its own, behind what kubeadm wrote', () => {
    const text = withZone(kubeadms, lab);
    expect(text.startsWith(kubeadms)).toBe(true);
    expect(text.slice(kubeadms.length)).toBe(
      [
        '# Hoplab begin',
        'k8s.local:53 {',
        '    errors',
        '    hosts {',
        '        192.168.2.200 url-shortener.staging.k8s.local url-shortener.prod.k8s.local',
        '        ttl 30',
        '        no_reverse',
        '    }',
        '    reload',
        '}',
        '# Hoplab end',
        '',
      ].join('\n'),
    );
  });

  it('has no fallthrough, which would answer SERVFAIL for IPv6', () => {
    expect(withZone('', lab)).not.toContain('fallthrough');
  });

  it('holds the line by which a node sees that CoreDNS has it', () => {
    expect(withZone(kubeadms, lab).split('\n')).toContain(hostsLine(lab));
  });

  it('is added once, however often', () => {
    fc.assert(fc.property(foreign, (text) => withZone(withZone(text, lab), lab) === withZone(text, lab)));
  });

  it('goes without a trace, byte for byte', () => {
    fc.assert(fc.property(foreign, (text) => withoutZone(withZone(text, lab)) === text));
  });

  it('is replaced when the lab file has another zone or address', () => {
    expect(withZone(withZone(kubeadms, lab), other)).toBe(withZone(kubeadms, other));
  });

  it('starts a line of its own where the file before has no end of line', () => {
    expect(withZone('.:53 {\n}', lab)).toMatch(/^\.:53 \{\n\}\n# Hoplab begin\n/);
  });

  it('leaves what others wrote behind it', () => {
    expect(withoutZone(`${withZone(kubeadms, lab)}example.org {\n}\n`)).toBe(`${kubeadms}example.org {\n}\n`);
  });

  it('is removed also where the last end of line was cut off', () => {
    expect(withoutZone(withZone(kubeadms, lab).trimEnd())).toBe(kubeadms);
  });

  const parse = (stdout: string, exitCode = 0) => corefile.parse({ stdout, stderr: '', exitCode });

  it('is empty while there is no cluster, or no CoreDNS', () => {
    expect(parse('', 1)).toEqual({ text: '', read: '' });
    expect(parse('{"metadata":{}}')).toEqual({ text: '', read: '' });
  });

  it('is not known where kubectl said nothing: the zone would be written in its stead', () => {
    for (const printed of ['', 'garbage\n', '{']) expect(() => parse(printed)).toThrow();
  });

  it('is known with what CoreDNS was last told to read', () => {
    const data = { Corefile: kubeadms };
    expect(parse(JSON.stringify({ metadata: { name: 'coredns' }, data }))).toEqual({ text: kubeadms, read: '' });
    const metadata = { annotations: { [READ_ANNOTATION]: 'ab', other: 'x' } };
    expect(parse(JSON.stringify({ metadata, data }))).toEqual({ text: kubeadms, read: 'ab' });
  });
});
