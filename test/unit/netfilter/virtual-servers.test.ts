import { expect, test } from 'vitest';
import { parseIpvs, virtualServerOf, waysOf } from '../../../src-main/netfilter/virtual-servers.ts';

/** As Linux 6.1 printed it on a node, with a Service of IPv6 and one of a firewall mark added by its source. */
const TABLES = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0A87BC8:0050 rr persistent 10800 FFFFFFFF
  -> 0AF40007:1F90      Masq    1      1          3         
  -> 0AF40107:1F90      Masq    1      0          0         
  -> 0AF40207:1F90      Masq    0      0          2         
UDP  0A60000A:0035 wrr 
  -> 0AF40003:0035      Masq    3      0          0         
  -> 0AF40004:0035      Masq    1      0          0         
TCP  [fd00:0000:0000:0000:0000:0000:0000:0001]:0050 rr 
  -> [fd00:0000:0000:0000:0000:0000:0000:0002]:1F90      Masq    1      0          0         
FWM  00000001 rr 
  -> 0AF40009:0000      Route   1      0          0         
TCP  0A600001:01BB lc 
TCP C0A87B3C 0000 C0A87BC8 0050 0AF40107 1F90 NONE         10791
`;
const ipvs = parseIpvs(TABLES);

function serverAt(protocol: 'tcp' | 'udp', destination: string, destinationPort: number) {
  const found = virtualServerOf(ipvs, { protocol, destination, destinationPort });
  if (!found) throw new Error('no such server');
  return found;
}

const shares = (ways: ReturnType<typeof waysOf>) =>
  ways.map(({ server, probability }) => [server.endpoint, probability]);

test('the tables are read with decimal addresses; IPv6 and firewall marks are left out', () => {
  expect(ipvs.virtual.map(({ protocol, address, port, servers }) => [protocol, address, port, servers.length])).toEqual(
    [
      ['tcp', '192.168.123.200', 80, 3],
      ['udp', '10.96.0.10', 53, 2],
      ['tcp', '10.96.0.1', 443, 0],
    ],
  );
  expect(
    virtualServerOf(ipvs, { protocol: 'udp', destination: '192.168.123.200', destinationPort: 80 }),
  ).toBeUndefined();
});

test('by turns each real server that takes connections has the same share, by weighted turns that of its weight', () => {
  expect(shares(waysOf(ipvs, serverAt('tcp', '192.168.123.200', 80), '192.168.123.99'))).toEqual([
    ['10.244.0.7:8080', 0.5],
    ['10.244.1.7:8080', 0.5],
  ]);
  expect(shares(waysOf(ipvs, serverAt('udp', '10.96.0.10', 53), ''))).toEqual([
    ['10.244.0.3:53', 0.75],
    ['10.244.0.4:53', 0.25],
  ]);
});

test('a client that is remembered goes to the same real server again', () => {
  const [way, ...others] = waysOf(ipvs, serverAt('tcp', '192.168.123.200', 80), '192.168.123.60');
  expect(others).toEqual([]);
  expect(way).toMatchObject({ probability: 1, server: { endpoint: '10.244.1.7:8080' } });
  expect(way?.lines.at(-1)).toBe('TCP C0A87B3C 0000 C0A87BC8 0050 0AF40107 1F90');
});

test('without a real server there is no way', () => {
  expect(waysOf(ipvs, serverAt('tcp', '10.96.0.1', 443), '')).toEqual([]);
});

test('every line that is quoted stands in the answer', () => {
  for (const { text, servers } of ipvs.virtual) {
    for (const line of [text, ...servers.map((one) => one.text)]) expect(TABLES).toContain(line);
  }
});

test('what is no table of IPVS is refused', () => {
  expect(() => parseIpvs('TCP  C0A87BC8:XX rr\n')).toThrow('no address of IPVS');
});
