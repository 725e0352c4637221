import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { aaaaIsEmpty } from '../../../src-main/checks/aaaa-is-empty.ts';
import { appByName } from '../../../src-main/checks/app-by-name.ts';
import { resolverKnowsNames } from '../../../src-main/checks/resolver-knows-names.ts';
import { addressesAreFree } from '../../../src-main/checks/addresses-are-free.ts';
import { certificateFits } from '../../../src-main/checks/certificate-fits.ts';
import type { Answer, Check } from '../../../src-main/checks/check.ts';
import { clusterIsAsAsked } from '../../../src-main/checks/cluster-is-as-asked.ts';
import { clocksAgree } from '../../../src-main/checks/clocks-agree.ts';
import { clusterNamesResolve } from '../../../src-main/checks/cluster-names-resolve.ts';
import { externalIpIsPending } from '../../../src-main/checks/external-ip-is-pending.ts';
import { gatewayHasVip } from '../../../src-main/checks/gateway-has-vip.ts';
import { kernelIsSet } from '../../../src-main/checks/kernel-is-set.ts';
import { macsIn } from '../../../src-main/client/arp-answer.ts';
import { machinesAreDistinct } from '../../../src-main/checks/machines-are-distinct.ts';
import { mtuFits } from '../../../src-main/checks/mtu-fits.ts';
import { nginxHasEndpoints } from '../../../src-main/checks/nginx-has-endpoints.ts';
import { nodePortAnswers } from '../../../src-main/checks/node-port-answers.ts';
import { nodesAreReady } from '../../../src-main/checks/nodes-are-ready.ts';
import { leaderIsAnnounced } from '../../../src-main/checks/leader-is-announced.ts';
import { oneArpAnswer } from '../../../src-main/checks/one-arp-answer.ts';
import { otherNamesUnaffected } from '../../../src-main/checks/other-names-unaffected.ts';
import { podReachesPod } from '../../../src-main/checks/pod-reaches-pod.ts';
import { portsAreFree } from '../../../src-main/checks/ports-are-free.ts';
import { requestsSpread } from '../../../src-main/checks/requests-spread.ts';
import { routesByHost } from '../../../src-main/checks/routes-by-host.ts';
import { vipAnswers } from '../../../src-main/checks/vip-answers.ts';
import { vxlanPasses } from '../../../src-main/checks/vxlan-passes.ts';
import { wrongHostIsRefused } from '../../../src-main/checks/wrong-host-is-refused.ts';
import { zoneAnswers } from '../../../src-main/checks/zone-answers.ts';
import { macosClient } from '../../../src-main/client/macos/macos-client.ts';
import { AnswerNotUnderstood } from '../../../src-main/machines/errors.ts';
import { linuxClient } from '../../../src-main/client/linux/linux-client.ts';
import type { ShellCommand } from '../../../src-main/machines/command.ts';
import { openLocalMachine } from '../../../src-main/machines/local/local-machine.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { bare } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { hasProgram } from '../has-program.ts';
import { contextOf, questionOf, type Replies, type Reply } from '../table-machine.ts';
import { DEFINITION_COLUMNS, definitionRow, labelTable } from '../cluster/label-table.ts';

const lab = labOf(labText());
const machine = openLocalMachine({ name: 'k8s-master' });
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));
afterAll(() => machine.close());

type Told = Exclude<Answer, { status: 'not-applicable' }>;

async function ask(check: Check, replies: Replies, on = 'client'): Promise<Answer> {
  const context = contextOf({ lab, bundle, replies: (command, name) => replies(command, name) ?? bare(command) });
  return check.ask(questionOf(context, on));
}

async function status(check: Check, replies: Replies, on?: string): Promise<Answer['status']> {
  return (await ask(check, replies, on)).status;
}

it.each([resolverKnowsNames, appByName])('a stale line of /etc/hosts is to be removed: $id', async (check) => {
  const name = 'url-shortener.staging.k8s.local';
  const remedy = async (hosts: string) => {
    const answer = await ask(check, (command) => (command.includes('/etc/hosts') ? { stdout: hosts } : undefined));
    return (answer as Told).remedy.en;
  };
  expect(await remedy(`3:192.168.2.240 ${name}\n`)).toContain(`Remove its line 3: 192.168.2.240 ${name}`);
  expect(await remedy(`3:192.168.2.200 ${name}\n`)).not.toContain('/etc/hosts');
  expect(await remedy('')).not.toContain('/etc/hosts');
});

describe("a Mac that does not resolve the lab's names", () => {
  const resolver = (number: number, domain: string, server: string, port?: number) =>
    `resolver #${number}\n  domain   : ${domain}\n  nameserver[0] : ${server}\n${port === undefined ? '' : `  port     : ${port}\n`}`;
  const CLUSTER = resolver(2, 'k8s.local', '192.168.2.10', 30_053);
  const DEFAULT = 'DNS configuration\n\nresolver #1\n  nameserver[0] : 192.168.2.1\n';
  const remedy = async (check: Check, printed: string) => {
    const replies: Replies = (command) =>
      command.includes('scutil --dns')
        ? { stdout: printed }
        : command.includes('/etc/hosts')
          ? { stdout: '' }
          : bare(command);
    const answer = await check.ask(questionOf(contextOf({ lab, bundle, replies, client: macosClient() }), 'client'));
    return (answer as Told).remedy.en;
  };

  it.each([resolverKnowsNames, appByName])('$id says what macOS asks before the cluster', async (check) => {
    const vpn = resolver(3, 'staging.k8s.local', '10.8.0.1');
    expect(await remedy(check, DEFAULT + resolver(3, 'k8s.local', '10.8.0.1') + CLUSTER)).toContain(
      'asks another resolver first for names below k8s.local (resolver #3: ~k8s.local → 10.8.0.1)',
    );
    expect(await remedy(check, DEFAULT + CLUSTER + vpn)).toContain('(resolver #3: ~staging.k8s.local → 10.8.0.1)');
    expect(await remedy(check, DEFAULT + resolver(3, 'local', '10.8.0.1') + CLUSTER)).toMatch(
      /^macOS has the cluster's resolver for k8s\.local \(resolver #2\).* multicast DNS/,
    );
    expect(await remedy(check, DEFAULT)).toContain('does not list a resolver for k8s.local');
    expect(await remedy(check, 'No DNS configuration available\n')).not.toContain('resolver for k8s.local');
  });
});

async function actual(check: Check, replies: Replies, on?: string): Promise<string> {
  return ((await ask(check, replies, on)) as Told).actual.en;
}

describe('MAC addresses', () => {
  it('are found in what arping prints, each once, whatever its case', () => {
    const arping =
      'ARPING 192.168.2.200 from 192.168.2.50 eth0\nUnicast reply from 192.168.2.200 [52:54:00:A8:02:0C]  0.7ms\nUnicast reply from 192.168.2.200 [52:54:00:a8:02:0c]  0.8ms\nSent 2 probes (1 broadcast(s))\n';
    expect(macsIn(arping)).toEqual(['52:54:00:a8:02:0c']);
  });

  it('are found in what macOS prints without leading zeros', () => {
    expect(macsIn('? (192.168.2.200) at 0:c:29:a:B:1 on en0 ifscope [ethernet]\n')).toEqual(['00:0c:29:0a:0b:01']);
    expect(macsIn('? (192.168.2.200) at (incomplete) on en0 ifscope [ethernet]\n')).toEqual([]);
  });

  it('are found again in any text that they stand in', () => {
    const mac = fc.array(fc.nat(255), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(mac, (bytes) => {
        const full = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
        const short = bytes.map((byte) => byte.toString(16)).join(':');
        return macsIn(`[${full.toUpperCase()}] at ${short} on en0`).join() === full;
      }),
    );
  });
});

describe('one-arp-answer', () => {
  const macs: Readonly<Record<string, string>> = {
    'k8s-master': '52:54:00:00:00:0a',
    'k8s-worker1': '52:54:00:00:00:0b',
    'k8s-worker2': '52:54:00:00:00:0c',
  };
  const answering =
    (...answered: readonly string[]): Replies =>
    (command, name) =>
      command === 'ip -j addr'
        ? { stdout: JSON.stringify([{ ifname: 'eth0', address: macs[name] }]) }
        : command.includes('arping')
          ? { stdout: answered.map((mac) => `Unicast reply from 192.168.2.200 [${mac}] 1ms\n`).join('') }
          : undefined;

  it('passes when one node answers, and names it', async () => {
    expect(await status(oneArpAnswer, answering('52:54:00:00:00:0B', '52:54:00:00:00:0b'))).toBe('passed');
    expect(await actual(oneArpAnswer, answering('52:54:00:00:00:0B'))).toBe('52:54:00:00:00:0b (k8s-worker1)');
  });

  it('fails when two answer, a stranger does, or nobody', async () => {
    expect(await status(oneArpAnswer, answering('52:54:00:00:00:0a', '52:54:00:00:00:0b'))).toBe('failed');
    expect(await status(oneArpAnswer, answering('52:54:00:00:00:0a', '02:00:00:00:00:99'))).toBe('failed');
    expect(await status(oneArpAnswer, answering('02:00:00:00:00:99'))).toBe('failed');
    expect(await status(oneArpAnswer, answering())).toBe('failed');
  });

  it.each([oneArpAnswer, leaderIsAnnounced])('$id: nobody answers because of an L2Advertisement', async (check) => {
    const remedy = async (interfaces: readonly string[], ...answered: readonly string[]) => {
      const item = {
        metadata: { name: 'lab', namespace: 'metallb-system' },
        spec: { ipAddressPools: ['lab'], interfaces },
      };
      const told = await ask(check, (command, name) => {
        if (command.includes('get l2advertisements')) return { stdout: JSON.stringify({ items: [item] }) };
        const reply = answering(...answered)(command, name);
        const address = lab.nodes.find((node) => node.name === name)?.address;
        const addr_info = [{ family: 'inet', local: address, prefixlen: 24, scope: 'global' }];
        return command === 'ip -j addr'
          ? { stdout: JSON.stringify([{ ifname: 'eth0', address: macs[name], addr_info }]) }
          : reply;
      });
      return (told as Told).remedy.en;
    };
    expect(await remedy(['eth9'])).toContain('metallb-system/lab (interfaces: eth9)');
    expect(await remedy(['eth0'])).not.toContain('metallb-system/lab');
    expect(await remedy(['eth9'], '52:54:00:00:00:0b')).not.toContain('metallb-system/lab');
  });
});

describe('addresses-are-free', () => {
  /** What arping of iputils says: by address, who answers. */
  const arping =
    (owners: Readonly<Record<string, readonly string[]>>): Replies =>
    (command) => {
      const address = /arping .* (\S+)\nfi$/.exec(command)?.[1];
      if (address === undefined) return undefined;
      const lines = (owners[address] ?? []).map((mac) => `Unicast reply from ${address} [${mac}] 1ms\n`);
      return { stdout: `ARPING ${address}\n${lines.join('')}Sent 2 probes (2 broadcast(s))\n`, exitCode: 1 };
    };
  const MAC = '02:00:00:00:00:99';

  it('passes when nobody has the VIP, nor the address that the Gateway has before it', async () => {
    expect(await status(addressesAreFree, arping({}))).toBe('passed');
    expect(await actual(addressesAreFree, arping({ '192.168.2.200': [MAC] }))).toBe(`192.168.2.200: ${MAC}`);
    expect(await actual(addressesAreFree, arping({ '192.168.2.250': [MAC] }))).toBe(`192.168.2.250: ${MAC}`);
  });

  it('finds two machines with the address of one node', async () => {
    expect(await status(addressesAreFree, arping({ '192.168.2.11': [MAC] }))).toBe('passed');
    const twins = arping({ '192.168.2.11': [MAC, '02:00:00:00:00:98'] });
    expect(await status(addressesAreFree, twins)).toBe('failed');
  });

  it('finds another machine with the address that the client has itself, where it is a node as well', async () => {
    const own =
      (heard: string): Replies =>
      (command, name) => {
        if (!command.includes(' 192.168.2.10\n')) return arping({})(command, name);
        const lines = [
          '52:54:00:a8:02:0a',
          'ARPING 192.168.2.10 from 0.0.0.0 eth0',
          heard,
          'Sent 2 probes (2 broadcast(s))',
        ];
        return { stdout: `${lines.join('\n')}\n` };
      };
    expect(await status(addressesAreFree, own(''))).toBe('passed');
    const twin = own(`Unicast reply from 192.168.2.10 [${MAC}]  0.5ms`);
    expect(await actual(addressesAreFree, twin)).toBe(`192.168.2.10: 52:54:00:a8:02:0a, ${MAC}`);
  });

  it('does not take a node for alone with its address where nobody was asked', async () => {
    const replies: Replies = (command, name) =>
      command.includes('arping -b -c 2 -w 1 -I "$interface" 192.168.2.11')
        ? { exitCode: 2 }
        : arping({})(command, name);
    expect(await actual(addressesAreFree, replies)).toBe('not asked: 192.168.2.11');
  });

  it.each([
    ['arping', { stderr: 'sh: 1: arping: not found\n', exitCode: 127 }],
    ['a route', { stderr: 'RTNETLINK answers: Network is unreachable\narping: Device not found\n', exitCode: 2 }],
  ])('fails without %s, and says what to install', async (_, reply) => {
    const answer = await ask(addressesAreFree, (command) => (command.includes('arping') ? reply : undefined));
    expect(answer).toMatchObject({
      status: 'failed',
      actual: { en: 'not asked: 192.168.2.200, 192.168.2.250, 192.168.2.10, 192.168.2.11, 192.168.2.12' },
    });
    expect((answer as Told).remedy.en).toContain('iputils-arping');
  });
});

describe('checks that ask the app', () => {
  const curl =
    (answers: Readonly<Record<string, string>>): Replies =>
    (command) => {
      const found = Object.entries(answers).find(([part]) => command.includes(part));
      return command.startsWith('curl')
        ? { stdout: found?.[1] ?? '\n000', stderr: found ? '' : 'curl: (7) Failed\n' }
        : undefined;
    };

  it('node-port-answers passes only when every node answers', async () => {
    const two = { '192.168.2.10:30080': 'pod-a\n200', '192.168.2.11:30080': 'pod-b\n200' };
    expect(await status(nodePortAnswers, curl({ ...two, '192.168.2.12:30080': 'pod-a\n200' }))).toBe('passed');
    expect(await actual(nodePortAnswers, curl(two))).toContain('192.168.2.12: curl: (7) Failed');
    expect(await status(nodePortAnswers, curl(two))).toBe('failed');
    expect(await status(nodePortAnswers, curl({ ...two, '192.168.2.12:30080': 'oops\n503' }))).toBe('failed');
  });

  it('wrong-host-is-refused wants the 404 of NGINX, not that of an app', async () => {
    const page = '<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n';
    expect(await status(wrongHostIsRefused, curl({ nobody: `${page}\n404` }))).toBe('passed');
    expect(await status(wrongHostIsRefused, curl({ nobody: '404 page not found\n\n404' }))).toBe('failed');
    expect(await status(wrongHostIsRefused, curl({ nobody: 'pod-a\n200' }))).toBe('failed');
    expect(await status(wrongHostIsRefused, curl({}))).toBe('failed');
  });

  it('nginx-has-endpoints wants the same addresses in NGINX as the cluster has', async () => {
    const slices = 'staging 10.244.1.3 10.244.2.4\nstaging\nprod 10.244.1.4\n';
    const upstream = (name: string, ...addresses: string[]): string =>
      `upstream ${name} {\n    random two least_conn;\n${addresses.map((address) => `    server ${address}:8080;\n`).join('')}    keepalive 16;\n}\n`;
    const prod = upstream('prod_shortener-service_80', '10.244.1.4');
    const others = upstream('invalid-backend-ref', 'unix:/var/run/nginx/nginx-500-server.sock');
    const cluster =
      (configured: Reply, { endpoints = slices, pods = 'nginx-a' } = {}): Replies =>
      (command) => {
        if (command.includes('get endpointslices')) return { stdout: endpoints };
        if (command.includes('get pods')) return { stdout: pods };
        return command.includes(' exec ') ? configured : undefined;
      };
    const configured = (...staging: string[]): Reply => ({
      stdout: upstream('staging_shortener-service_80', ...staging) + prod + others,
    });
    const today = configured('10.244.2.4', '10.244.1.3');
    expect(await status(nginxHasEndpoints, cluster(today))).toBe('passed');
    expect(await status(nginxHasEndpoints, cluster(configured('10.244.1.3', '10.244.9.4')))).toBe('failed');
    expect(await actual(nginxHasEndpoints, cluster(configured('10.244.1.3', '10.244.9.4')))).toBe(
      'nginx-a: staging 10.244.1.3 10.244.9.4',
    );
    expect(await status(nginxHasEndpoints, cluster(configured('10.244.1.3')))).toBe('failed');
    expect(await status(nginxHasEndpoints, cluster({ stdout: prod }))).toBe('failed');
    expect(await status(nginxHasEndpoints, cluster({ exitCode: 1 }))).toBe('failed');
    expect(await status(nginxHasEndpoints, cluster(today, { pods: '' }))).toBe('failed');
    expect(await status(nginxHasEndpoints, cluster(today, { endpoints: '' }))).toBe('failed');
    const none = { endpoints: 'staging\nprod 10.244.1.4\n' };
    expect(await status(nginxHasEndpoints, cluster(configured(), none))).toBe('failed');
  });

  it('routes-by-host tells of NGINX that expects the PROXY protocol, where its log does', async () => {
    const line = 'while reading PROXY protocol, client: 192.168.2.50, server: 0.0.0.0:80';
    const remedy = async (logged: Reply) => {
      const told = await ask(routesByHost, (command, on) => {
        if (command.includes(' logs ')) return on === 'k8s-master' ? logged : undefined;
        return command.includes('curl')
          ? { stdout: '\n000', stderr: 'curl: (52) Empty reply\n', exitCode: 52 }
          : undefined;
      });
      return (told as Told).remedy.en;
    };
    expect(await remedy({ stdout: `${line}\n` })).toContain(`PROXY protocol. Log: ${line}.`);
    expect(await remedy({ exitCode: 1 })).not.toContain('PROXY');
  });

  it('routes-by-host wants a pod of its own environment for each host', async () => {
    const slices = 'staging pod-a pod-c\nprod pod-b\n';
    const hosts =
      (one: string, other: string, endpoints = slices): Replies =>
      (command, name) =>
        command.includes('get endpointslices')
          ? { stdout: endpoints }
          : curl({ '.staging.': `${one}\n200`, '.prod.': `${other}\n200` })(command, name);
    expect(await status(routesByHost, hosts('pod-a', 'pod-b'))).toBe('passed');
    expect(await actual(routesByHost, hosts('pod-a', 'pod-c'))).toContain('200 pod-c (staging)');
    for (const [one, other] of [
      ['pod-a', 'pod-a'],
      ['pod-a', 'pod-c'],
      ['pod-b', 'pod-a'],
      ['pod-a', 'pod-of-somebody'],
      ['pod-a', ''],
      ['<html>', '<html>'],
    ] as const) {
      expect(await status(routesByHost, hosts(one, other))).toBe('failed');
    }
    expect(await status(routesByHost, hosts('pod-a', 'pod-b', ''))).toBe('failed');
    expect(await status(routesByHost, curl({ '.staging.': 'pod-a\n200' }))).toBe('failed');
  });

  it('routes-by-host says so where the app does not tell its pod', async () => {
    const other = labOf(`${labText()}app:\n  image: docker.io/library/nginx:1\n`);
    const context = contextOf({
      lab: other,
      bundle,
      replies: (command) => (command.startsWith('curl') ? { stdout: 'x\n200' } : undefined),
    });
    const answer = (await routesByHost.ask(questionOf(context, 'client'))) as Told;
    expect(answer).toMatchObject({ status: 'passed' });
    expect(answer.expected.en).toContain('does not report which pod');
  });

  it.each([nodePortAnswers, vipAnswers, appByName])(
    '$id does not take another web server for the app',
    async (check) => {
      const router: Replies = (command) =>
        command.startsWith('curl') ? { stdout: '<html>\nWelcome to the router\n</html>\n200' } : undefined;
      expect(await status(check, router)).toBe('failed');
    },
  );

  it('requests-spread wants more than one pod', async () => {
    const counted =
      (stdout: string): Replies =>
      (command) =>
        command.includes('uniq -c') ? { stdout } : undefined;
    expect(await status(requestsSpread, counted('      9 pod-a\n      7 pod-b\n'))).toBe('passed');
    expect(await status(requestsSpread, counted('     16 pod-a\n'))).toBe('failed');
    expect(await status(requestsSpread, counted('     16 \n'))).toBe('failed');
    const page = '     16 </html>\n     16 <html>\n     16 503 Service Unavailable\n     16 \n';
    expect(await status(requestsSpread, counted(page))).toBe('failed');
  });
});

describe('checks of names', () => {
  const dig =
    (reply: (command: string) => string): Replies =>
    (command) =>
      command.includes('dig ') ? { stdout: reply(command) } : undefined;

  it('zone-answers wants the VIP for each name, over UDP and TCP', async () => {
    expect(
      await status(
        zoneAnswers,
        dig(() => '192.168.2.200\n'),
      ),
    ).toBe('passed');
    expect(
      await status(
        zoneAnswers,
        dig((command) => (command.includes('+tcp') ? '' : '192.168.2.200\n')),
      ),
    ).toBe('failed');
    expect(
      await status(
        zoneAnswers,
        dig((command) => (command.includes('prod') ? '' : '192.168.2.200\n')),
      ),
    ).toBe('failed');
    expect(
      await status(
        zoneAnswers,
        dig(() => '192.168.2.201\n'),
      ),
    ).toBe('failed');
    expect(
      await status(
        zoneAnswers,
        dig(() => ';; connection timed out; no servers could be reached\n'),
      ),
    ).toBe('failed');
  });

  it('aaaa-is-empty wants no error and no answer', async () => {
    const header = (state: string, count: number) =>
      `;; ->>HEADER<<- opcode: QUERY, status: ${state}, id: 1\n;; flags: qr aa rd; QUERY: 1, ANSWER: ${count}, AUTHORITY: 0\n`;
    expect(
      await status(
        aaaaIsEmpty,
        dig(() => header('NOERROR', 0)),
      ),
    ).toBe('passed');
    expect(
      await status(
        aaaaIsEmpty,
        dig(() => header('NOERROR', 1)),
      ),
    ).toBe('failed');
    expect(
      await status(
        aaaaIsEmpty,
        dig(() => header('SERVFAIL', 0)),
      ),
    ).toBe('failed');
    expect(
      await status(
        aaaaIsEmpty,
        dig(() => ''),
      ),
    ).toBe('failed');
  });

  it("cluster-names-resolve wants the API server's own address", async () => {
    for (const [stdout, wanted] of [
      ['10.96.0.1\n', 'passed'],
      ['192.168.2.200\n', 'failed'],
      ['', 'failed'],
    ] as const) {
      expect(
        await status(
          clusterNamesResolve,
          dig(() => stdout),
        ),
      ).toBe(wanted);
    }
  });

  describe('other-names-unaffected', () => {
    const FAILED = 'kubernetes.default.svc.cluster.local: resolve call failed: No appropriate name servers\n';
    const resolvectl =
      (domains: string, servers: string, query = FAILED): Replies =>
      (command) =>
        command.startsWith('resolvectl') ? { stdout: `${domains}${servers}${query}`, exitCode: 1 } : undefined;
    const DOMAINS = 'Global: ~k8s.local\nLink 2 (eth0):\n';
    const SERVERS = 'Global: 192.168.2.10:30053\nLink 2 (eth0): 192.168.2.1 fe80::1%2\n';

    it('passes when the cluster is asked for the zone alone, and says who is asked for the rest', async () => {
      expect(await status(otherNamesUnaffected, resolvectl(DOMAINS, SERVERS))).toBe('passed');
      expect(await actual(otherNamesUnaffected, resolvectl(DOMAINS, SERVERS))).toBe(
        'Global: ~k8s.local → 192.168.2.10:30053; other name servers: 192.168.2.1, fe80::1%2',
      );
    });

    it.each([
      ['the cluster is asked for nothing', DOMAINS, 'Global:\nLink 2 (eth0): 192.168.2.1\n'],
      ['the zone is that of another server', 'Global:\nLink 2 (eth0): k8s.local\n', SERVERS],
      ['it is a search domain', DOMAINS.replace('~', ''), SERVERS],
      ['all names are routed there', DOMAINS.replace('~k8s.local', '~k8s.local ~.'), SERVERS],
      ['the names of another domain are', DOMAINS.replace('~k8s.local', '~corp.lan ~k8s.local'), SERVERS],
      ['a link has it too', DOMAINS, SERVERS.replace('192.168.2.1 ', '192.168.2.10:30053 ')],
      ['its own names are known', DOMAINS, SERVERS, 'kubernetes.default.svc.cluster.local: 10.96.0.1\n'],
    ])('fails where %s', async (_, domains, servers, query = FAILED) => {
      expect(await status(otherNamesUnaffected, resolvectl(domains, servers, query))).toBe('failed');
    });

    it.each([
      ['nothing was said', '', '', ''],
      ['no name was asked for', DOMAINS, SERVERS, 'sh: 1: resolvectl: not found\n'],
      ['no server was named', DOMAINS, ''],
    ])('is not answered where %s', async (_, domains, servers, query = FAILED) => {
      await expect(status(otherNamesUnaffected, resolvectl(domains, servers, query))).rejects.toThrow(
        AnswerNotUnderstood,
      );
    });

    const RESOLVERS =
      'DNS configuration\n\nresolver #1\n  search domain[0] : lan\n  nameserver[0] : 192.168.2.1\n  if_index : 15 (en0)\n\n' +
      'resolver #2\n  domain   : local\n  options  : mdns\n  timeout  : 5\n\n' +
      'resolver #8\n  domain   : k8s.local\n  nameserver[0] : 192.168.2.10\n  port     : 30053\n  timeout  : 2\n\n' +
      'DNS configuration (for scoped queries)\n\nresolver #1\n  nameserver[0] : 192.168.2.1\n  if_index : 15 (en0)\n';
    it.each([
      [RESOLVERS, 'passed'],
      [RESOLVERS.replace('  domain   : k8s.local\n', ''), 'failed'],
      [RESOLVERS.replace('30053', '53'), 'failed'],
      [`${RESOLVERS}name: kubernetes.default.svc.cluster.local\nip_address: 10.96.0.1\n`, 'failed'],
    ])('reads what a Mac says', async (stdout, wanted) => {
      const replies: Replies = (command) => (command.startsWith('scutil') ? { stdout } : undefined);
      const context = contextOf({ lab, bundle, client: macosClient(), replies });
      const answer = (await otherNamesUnaffected.ask(questionOf(context, 'client'))) as Told;
      expect(answer.status).toBe(wanted);
      if (wanted === 'passed')
        expect(answer.actual.en).toBe('resolver #8: ~k8s.local → 192.168.2.10:30053; other name servers: 192.168.2.1');
    });
  });
});

describe('checks of the cluster', () => {
  const service =
    (reply: { stdout?: string; exitCode?: number }): Replies =>
    (command) =>
      command.includes('get service') ? reply : undefined;

  it('external-ip-is-pending passes only when there is a Service without an address', async () => {
    expect(await status(externalIpIsPending, service({ stdout: 'LoadBalancer ' }), 'k8s-master')).toBe('passed');
    expect(await status(externalIpIsPending, service({ stdout: 'LoadBalancer 192.168.2.200' }), 'k8s-master')).toBe(
      'failed',
    );
    expect(await status(externalIpIsPending, service({ stdout: 'ClusterIP ' }), 'k8s-master')).toBe('failed');
    expect(await status(externalIpIsPending, service({ stdout: '' }), 'k8s-master')).toBe('failed');
    expect(await status(externalIpIsPending, service({ exitCode: 1 }), 'k8s-master')).toBe('failed');
  });

  it('external-ip-is-pending is void once MetalLB has a pool', async () => {
    const pool = { apiVersion: 'metallb.io/v1beta1', kind: 'IPAddressPool', metadata: { name: 'lab' } };
    const replies: Replies = (command) =>
      command.includes(' get crd ')
        ? { stdout: labelTable(DEFINITION_COLUMNS, [definitionRow('ipaddresspools.metallb.io', 'metallb', '01')]) }
        : command.includes(' get ipaddresspools.metallb.io ')
          ? { stdout: JSON.stringify({ items: [pool] }) }
          : undefined;
    expect(await status(externalIpIsPending, replies, 'k8s-master')).toBe('not-applicable');
  });

  it('gateway-has-vip wants it programmed, at the VIP and no other', async () => {
    const gateway =
      (stdout: string): Replies =>
      (command) =>
        command.includes('get gateway') ? { stdout } : undefined;
    expect(await status(gatewayHasVip, gateway('True 192.168.2.200'), 'k8s-master')).toBe('passed');
    expect(await status(gatewayHasVip, gateway('True 192.168.2.201'), 'k8s-master')).toBe('failed');
    expect(await status(gatewayHasVip, gateway('False 192.168.2.200'), 'k8s-master')).toBe('failed');
  });

  it('nodes-are-ready counts them', async () => {
    const nodes =
      (stdout: string): Replies =>
      (command) =>
        command.includes('get nodes -o') ? { stdout } : undefined;
    expect(await status(nodesAreReady, nodes('a=True b=True c=True '), 'k8s-master')).toBe('passed');
    expect(await status(nodesAreReady, nodes('a=True b=False c=True '), 'k8s-master')).toBe('failed');
    expect(await status(nodesAreReady, nodes('a=True b=True '), 'k8s-master')).toBe('failed');
  });

  it('cluster-is-as-asked compares what kubeadm init settled with the lab file', async () => {
    const made =
      (podSubnet: string, mode: string): Replies =>
      (command) => {
        if (!command.includes('get configmap kubeadm-config')) return undefined;
        const cluster = `kind: ClusterConfiguration\nnetworking:\n  podSubnet: ${podSubnet}\n  serviceSubnet: 10.96.0.0/12\n`;
        const items = [{ data: { ClusterConfiguration: cluster } }, { data: { 'config.conf': `mode: ${mode}\n` } }];
        return { stdout: JSON.stringify({ items }) };
      };
    expect(await status(clusterIsAsAsked, made('10.244.0.0/16', 'iptables'), 'k8s-master')).toBe('passed');
    expect(await status(clusterIsAsAsked, made('10.244.0.0/16', '""'), 'k8s-master')).toBe('passed');
    expect(await status(clusterIsAsAsked, made('10.42.0.0/16', 'iptables'), 'k8s-master')).toBe('failed');
    expect(await actual(clusterIsAsAsked, made('10.244.0.0/16', 'nftables'), 'k8s-master')).toContain('nftables');
  });

  it('cluster-is-as-asked takes no configuration of kube-proxy for one that says nothing', async () => {
    const ClusterConfiguration = 'networking:\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/12\n';
    for (const proxy of [{}, { 'config.conf': '' }]) {
      const items = [{ data: { ClusterConfiguration } }, { data: proxy }];
      const replies: Replies = (command) =>
        command.includes('get configmap kubeadm-config') ? { stdout: JSON.stringify({ items }) } : undefined;
      await expect(status(clusterIsAsAsked, replies, 'k8s-master')).rejects.toThrow(AnswerNotUnderstood);
    }
  });

  it('mtu-fits sends as much as the LAN of the node carries', async () => {
    const items = lab.nodes.map(({ name }, index) => ({
      metadata: { name: `hoplab-probe-${name}` },
      spec: { nodeName: name },
      status: { podIP: `10.244.${index}.2` },
    }));
    const sizes: string[] = [];
    const of =
      (mtu: number): Replies =>
      (command) => {
        if (command.includes('get pods')) return { stdout: JSON.stringify({ items }) };
        const addr_info = [{ family: 'inet', local: '192.168.2.10' }];
        if (command === 'ip -j addr') return { stdout: JSON.stringify([{ ifname: 'eth0', mtu, addr_info }]) };
        sizes.push(/ping .* -s (\d+)/.exec(command)?.[1] ?? '');
        return { stdout: '10.244.1.2\n10.244.2.2\n' };
      };
    for (const mtu of [1500, 1400, 9000]) expect(await status(mtuFits, of(mtu), 'k8s-master')).toBe('passed');
    expect(sizes).toEqual(['1422', '1322', '8922']);
    expect(await status(mtuFits, of(0), 'k8s-master')).toBe('failed');
    expect(
      await actual(
        mtuFits,
        (command, name) => (command === 'ip -j addr' ? { stdout: '[]' } : of(1500)(command, name)),
        'k8s-master',
      ),
    ).toBe('none');
    expect(sizes).toHaveLength(3);
  });

  it('pod-reaches-pod wants an answer from the pod of every other node', async () => {
    const items = lab.nodes.map(({ name }, index) => ({
      metadata: { name: `hoplab-probe-${name}` },
      spec: { nodeName: name },
      status: { podIP: `10.244.${index}.2` },
    }));
    const answered =
      (stdout: string, pods: readonly object[] = items): Replies =>
      (command) =>
        command.includes('get pods') ? { stdout: JSON.stringify({ items: pods }) } : { stdout };
    expect(await status(podReachesPod, answered('10.244.1.2\n10.244.2.2\n'), 'k8s-master')).toBe('passed');
    expect(await status(podReachesPod, answered('10.244.1.2\n'), 'k8s-master')).toBe('failed');
    expect(await status(podReachesPod, answered('10.244.1.2\n10.244.1.2\n'), 'k8s-master')).toBe('failed');
    expect(await status(podReachesPod, answered('10.244.1.2\n', items.slice(0, 2)), 'k8s-master')).toBe('failed');
  });
});

const SS_HEADING = 'Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\n';

describe('checks of the machines', () => {
  it('clocks-agree allows half a minute', async () => {
    const clock =
      (off: number): Replies =>
      () => ({ stdout: `${Math.round(Date.now() / 1000) + off}\n` });
    expect(await status(clocksAgree, clock(25), 'k8s-master')).toBe('passed');
    expect(await status(clocksAgree, clock(-3600), 'k8s-master')).toBe('failed');
    expect(await status(clocksAgree, clock(3600), 'k8s-master')).toBe('failed');
    expect(await status(clocksAgree, () => ({ stdout: '?' }), 'k8s-master')).toBe('failed');
  });

  it('ports-are-free names who has taken one, and passes over UDP', async () => {
    const ss =
      (stdout: string): Replies =>
      (command) =>
        command === 'ss -tulnp' ? { stdout: `${SS_HEADING}${stdout}` } : undefined;
    const taken = ss('tcp LISTEN 0 5 *:10250 *:* users:(("k3s",pid=1,fd=2))\n');
    expect(await actual(portsAreFree, taken, 'k8s-worker1')).toBe('10250 (k3s)');
    const etcd = ss('tcp LISTEN 0 5 *:2379 *:*\n');
    expect(await status(portsAreFree, etcd, 'k8s-worker1')).toBe('passed');
    expect(await status(portsAreFree, etcd, 'k8s-master')).toBe('failed');
    expect(await status(portsAreFree, ss('udp UNCONN 0 0 *:6443 *:*\n'), 'k8s-master')).toBe('passed');
  });

  it.each([
    ['7946', 'tcp LISTEN 0 5 *:7946 *:* users:(("serf",pid=1,fd=2))\n'],
    ['17472', 'tcp LISTEN 0 5 *:17472 *:* users:(("x",pid=1,fd=2))\n'],
    ['9120', 'tcp LISTEN 0 5 *:9120 *:* users:(("x",pid=1,fd=2))\n'],
    ['10249', 'tcp LISTEN 0 5 127.0.0.1:10249 *:* users:(("x",pid=1,fd=2))\n'],
    ['10256', 'tcp LISTEN 0 5 *:10256 *:* users:(("x",pid=1,fd=2))\n'],
    ['7946/udp', 'udp UNCONN 0 0 0.0.0.0:7946 *:* users:(("x",pid=1,fd=2))\n'],
  ])('ports-are-free knows the ports of kube-proxy, MetalLB and VXLAN: %s', async (port, stdout) => {
    const ss: Replies = (command) => (command === 'ss -tulnp' ? { stdout: `${SS_HEADING}${stdout}` } : undefined);
    expect(await actual(portsAreFree, ss, 'k8s-worker1')).toContain(`${port} (`);
  });

  it('kernel-is-set wants each setting, and no swap', async () => {
    const all = ['net.ipv4.ip_forward', 'net.bridge.bridge-nf-call-iptables', 'net.bridge.bridge-nf-call-ip6tables'];
    const set = all.map((name) => `${name} = 1\n`).join('');
    expect(await status(kernelIsSet, () => ({ stdout: `${set}swap = 0\n` }), 'k8s-master')).toBe('passed');
    expect(await status(kernelIsSet, () => ({ stdout: `${set}swap = 1\n` }), 'k8s-master')).toBe('failed');
    expect(await status(kernelIsSet, () => ({ stdout: 'swap = 0\n' }), 'k8s-master')).toBe('failed');
  });

  it.each([
    ['host name', { hostname: 'same' }],
    ['product_uuid', { uuid: 'AB-CD' }],
    ['machine-id', { id: 'feed' }],
    ['MAC address', { mac: '52:54:00:00:00:01' }],
  ])('machines-are-distinct finds two nodes with the same %s', async (_, same) => {
    const links = (name: string, mac: string) => {
      const local = lab.nodes.find((node) => node.name === name)?.address;
      return JSON.stringify([{ ifname: 'eth0', address: mac, addr_info: [{ family: 'inet', local }] }]);
    };
    const twins =
      (shared: { hostname?: string; uuid?: string; id?: string; mac?: string }): Replies =>
      (command, name) => {
        const mac = `52:54:00:00:01:0${lab.nodes.findIndex((node) => node.name === name)}`;
        const own = { hostname: name, uuid: name, id: name, mac, ...(name === 'k8s-worker1' ? {} : shared) };
        if (command === 'ip -j addr') return { stdout: links(name, own.mac) };
        return { stdout: `Linux\n${own.hostname}\nx86_64\n2\n4096\n${own.uuid}\n${own.id}\ncgroup2fs\nnone\n\n` };
      };
    expect(await status(machinesAreDistinct, twins({}), 'k8s-master')).toBe('passed');
    expect(await actual(machinesAreDistinct, twins(same), 'k8s-master')).toContain('k8s-master = k8s-worker2');
    expect(await status(machinesAreDistinct, twins(same), 'k8s-master')).toBe('failed');
  });

  it.each([
    ['MAC address', 'mac', 'failed', 'no duplicates; not read: MAC (k8s-worker1)'],
    ['machine-id', 'id', 'failed', 'no duplicates; not read: machine-id (k8s-worker1)'],
    ['product_uuid', 'uuid', 'passed', 'no duplicates; not read: product_uuid (k8s-worker1)'],
  ])('machines-are-distinct says which %s was not read', async (_, unread, wanted, said) => {
    const replies: Replies = (command, name) => {
      const is = (trait: string) => trait === unread && name === 'k8s-worker1';
      const place = lab.nodes.findIndex((node) => node.name === name);
      const local = is('mac') ? '10.0.2.15' : lab.nodes[place]?.address;
      const link = { ifname: 'eth0', address: `52:54:00:00:01:0${place}`, addr_info: [{ family: 'inet', local }] };
      if (command === 'ip -j addr') return { stdout: JSON.stringify([link]) };
      const [uuid, id] = [is('uuid') ? '' : `uuid-${name}`, is('id') ? '' : `id-${name}`];
      return { stdout: `Linux\n${name}\nx86_64\n2\n4096\n${uuid}\n${id}\ncgroup2fs\nnone\n\n` };
    };
    expect(await status(machinesAreDistinct, replies, 'k8s-master')).toBe(wanted);
    expect(await actual(machinesAreDistinct, replies, 'k8s-master')).toBe(said);
  });

  it('kernel-is-set does not take swap for off where it is not told', async () => {
    const commands: string[] = [];
    const replies: Replies = (command) => {
      commands.push(command);
      return {};
    };
    await status(kernelIsSet, replies, 'k8s-master');
    const [asked = ''] = commands;
    const told = async (command: string) => (await machine.run(command as ShellCommand, { accept: 'any' })).stdout;
    const swaps = join(await tempFolder(), 'swaps');
    const here = asked.replace('/proc/swaps', swaps);
    expect(await told(here)).not.toContain('swap = 0');
    writeFileSync(swaps, 'Filename Type Size Used Priority\n');
    expect(await told(here)).toContain('swap = 0\n');
    writeFileSync(swaps, 'Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n');
    expect(await told(here)).toContain('swap = 1\n');
  });
});

const openssl = hasProgram('openssl', 'version');

describe.skipIf(!openssl)('certificate-fits', () => {
  async function certificate(names: string): Promise<Replies> {
    const folder = await tempFolder();
    const args =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out crt -days 30 -subj /CN=x -addext';
    execFileSync('sh', ['-c', `openssl ${args} subjectAltName=${names}`], { cwd: folder, stdio: 'ignore' });
    const stdout = readFileSync(join(folder, 'crt'), 'utf8');
    return (command) => (command.includes('apiserver.crt') ? { stdout } : undefined);
  }

  it('wants both the address and the name', async () => {
    const fits = async (names: string) => status(certificateFits, await certificate(names), 'k8s-master');
    expect(await fits('IP:192.168.2.10,DNS:k8s-master')).toBe('passed');
    expect(await fits('IP:192.168.2.99,DNS:k8s-master')).toBe('failed');
    expect(await fits('IP:192.168.2.10,DNS:other')).toBe('failed');
  });
});

const perl = hasProgram('perl', '-e', 'use IO::Socket; use Time::HiRes');

describe('vxlan-passes', () => {
  const heard =
    (by: Readonly<Record<string, string>>): Replies =>
    (command, name) =>
      command.startsWith('perl') ? { stdout: by[name] ?? '' } : undefined;
  const everybody = {
    'k8s-master': '192.168.2.11\n192.168.2.12\n',
    'k8s-worker1': '192.168.2.10\n192.168.2.12\n',
    'k8s-worker2': '192.168.2.12\n192.168.2.11\n192.168.2.10\n',
  };

  it('passes when every node hears every other, and names the way that is blocked', async () => {
    expect(await status(vxlanPasses, heard(everybody), 'k8s-master')).toBe('passed');
    const deaf = heard({ ...everybody, 'k8s-worker1': '192.168.2.12\n' });
    expect(await actual(vxlanPasses, deaf, 'k8s-master')).toBe('k8s-master → k8s-worker1 ✗');
  });

  it('says so when another program has the port', async () => {
    const stderr = 'UDP 8472: Address already in use\n';
    const taken: Replies = (command, name) =>
      command.startsWith('perl') && name === 'k8s-worker2' ? { stderr, exitCode: 98 } : heard(everybody)(command, name);
    expect(await actual(vxlanPasses, taken, 'k8s-master')).toBe('in use on k8s-worker2');
  });

  // Red Hat's minimal systems have none: the remedy then sends the user to a firewall that is not to blame
  it('does not blame the firewall where there is no perl', async () => {
    const replies: Replies = (command) =>
      command.includes('perl ') ? { stderr: 'sh: 1: perl: not found\n', exitCode: 127 } : undefined;
    const answer = await ask(vxlanPasses, replies, 'k8s-master');
    expect(JSON.stringify(answer)).toContain('perl');
  });

  it.skipIf(!perl)('hears by its own programs what it sends to itself', async () => {
    const [node] = lab.nodes;
    if (!node) throw new Error('the lab has a node');
    const self = {
      ...lab,
      nodes: [node, { ...node, role: 'worker' as const }].map((own) => ({ ...own, address: '127.0.0.1' })),
    };
    const commands: string[] = [];
    const replies: Replies = (command) => {
      if (command.startsWith('perl')) commands.push(command);
      return bare(command);
    };
    await vxlanPasses.ask(questionOf(contextOf({ lab: self, bundle, client: linuxClient(), replies }), node.name));
    const { stdout, stderr } = await machine.run(commands[0] as Parameters<typeof machine.run>[0], { accept: 'any' });
    expect({ stdout, stderr }).toEqual({ stdout: '127.0.0.1\n', stderr: '' });
  });
});
