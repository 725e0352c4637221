import { expect, test } from 'vitest';
import { iptablesRows, ipvsRows, nftablesRows } from '../../../src-main/service-rules/rows.ts';
import { pathSample } from '../path/sample.ts';

const GATEWAY = { namespace: 'shortener', name: 'shortener-gateway-nginx' };

test('of iptables, every rule of the Service as the kernel has it, in the order in which a packet meets the chains', () => {
  const text = pathSample('iptables', 'leader-iptables-save-nat.txt');
  const rows = iptablesRows(text, GATEWAY);
  const chains = [...new Set(rows.map(({ place }) => place.replace(/-[A-Z0-9]{16}$/, '')))];
  expect(chains).toEqual(['nat KUBE-SERVICES', 'nat KUBE-NODEPORTS', 'nat KUBE-EXT', 'nat KUBE-SVC', 'nat KUBE-SEP']);
  for (const { line } of rows) expect(text.split('\n')).toContain(line);
  // each chain of its own is there whole, the rules without a comment too
  for (const place of new Set(rows.map((row) => row.place))) {
    const chain = place.replace('nat ', '');
    if (/-[A-Z0-9]{16}$/.test(chain)) {
      const all = text.split('\n').filter((line) => line.startsWith(`-A ${chain} `));
      expect(rows.filter((row) => row.place === place).map(({ line }) => line)).toEqual(all);
    }
  }
});

test('of nftables, the elements of the maps that lead to its chains, and those chains, in short and as nft prints them', () => {
  const text = pathSample('nftables', 'leader-kube-proxy.json');
  const rows = nftablesRows(text, GATEWAY);
  expect(rows.length).toBeGreaterThan(5);
  for (const { line, place } of rows) {
    expect(text).toContain(line);
    expect(`${place} ${line}`).toContain('shortener/shortener-gateway-nginx');
  }
  const words = rows.map((row) => row.words);
  expect(words).toContain('fib saddr type local meta mark set mark | 0x4000');
  const [entry] = rows.filter(({ place }) => place === 'kube-proxy service-ips');
  expect(entry?.words).toMatch(/^[\d.]+ \. tcp \. 80 : goto \S+$/);
});

test('another Service whose name begins the same is left out', () => {
  for (const rows of [
    iptablesRows(pathSample('iptables', 'leader-iptables-save-nat.txt'), { namespace: 'shortener', name: 'shortener' }),
    nftablesRows(pathSample('nftables', 'leader-kube-proxy.json'), { namespace: 'shortener', name: 'shortener' }),
  ])
    expect(rows).toEqual([]);
});

test('of ipvs, the elements of the sets and the virtual servers with its addresses, a NodePort on each address of the node', () => {
  const tables = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0A87BC8:0050 rr 
  -> 0AF40007:1F90      Masq    1      0          0         
TCP  0A600505:0050 rr 
  -> 0AF40007:1F90      Masq    1      0          0         
TCP  C0A87B0A:7580 rr 
  -> 0AF40007:1F90      Masq    1      0          0         
TCP  0A600707:7580 rr 
  -> 0AF40009:1F90      Masq    1      0          0         
TCP  0A600001:01BB rr 
  -> C0A87B0A:192B      Masq    1      0          0         
`;
  const sets = `create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536
add KUBE-CLUSTER-IP 10.96.5.5,tcp:80
add KUBE-CLUSTER-IP 10.96.0.1,tcp:443
create KUBE-NODE-PORT-TCP bitmap:port range 0-65535
add KUBE-NODE-PORT-TCP 30080
add KUBE-NODE-PORT-TCP 30081
`;
  const port = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30_080, targetPort: '8080' };
  const service = {
    namespace: 'staging',
    name: 'web',
    addresses: ['10.96.5.5', '192.168.123.200'],
    ports: [port],
  };
  // another Service whose own port is the number of that NodePort
  const other = {
    ...service,
    name: 'other',
    addresses: ['10.96.7.7'],
    ports: [{ ...port, port: 30_080, nodePort: undefined }],
  };
  const rows = ipvsRows({ tables, sets }, [other, service], service);
  expect(rows.map(({ place, words }) => `${place}: ${words ?? ''}`)).toEqual([
    'ipset KUBE-CLUSTER-IP: 10.96.5.5,tcp:80',
    'ipset KUBE-NODE-PORT-TCP: 30080',
    'IPVS: TCP 192.168.123.200:80 rr',
    'IPVS: → 10.244.0.7:8080 Masq weight 1',
    'IPVS: TCP 10.96.5.5:80 rr',
    'IPVS: → 10.244.0.7:8080 Masq weight 1',
    'IPVS: TCP 192.168.123.10:30080 rr',
    'IPVS: → 10.244.0.7:8080 Masq weight 1',
  ]);
  for (const { line } of rows) expect(`${tables}${sets}`).toContain(line);
});
