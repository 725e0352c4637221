import { describe, expect, it } from 'vitest';
import { forwarding } from '../../../src-main/facts/forwarding.ts';
import { links } from '../../../src-main/facts/links.ts';
import { neighbours } from '../../../src-main/facts/neighbours.ts';
import { routes } from '../../../src-main/facts/routes.ts';
import { sample } from '../topology/sampled-lab.ts';

const printed = (stdout: string) => ({ stdout, stderr: '', exitCode: 0, duration: 1, at: 0 });

describe('facts of a network, from real machines', () => {
  it('links: kinds, bridges and the VXLAN', () => {
    const found = links.parse(printed(sample('leader-ip-j-link.json')));
    expect(found.map(({ name, kind, bridge }) => [name, kind, bridge])).toContainEqual([
      'veth22760c2a',
      'veth',
      'cni0',
    ]);
    expect(found.find(({ kind }) => kind === 'vxlan')).toMatchObject({ name: 'flannel.1', mtu: 1450, up: true });
  });

  it('routes: gateways and own addresses', () => {
    const found = routes.parse(printed(sample('leader-ip-j-route.json')));
    expect(found).toContainEqual({
      destination: '192.168.2.0/24',
      gateway: undefined,
      device: 'eth0',
      source: '192.168.2.12',
    });
    expect(found).toContainEqual(expect.objectContaining({ destination: '10.244.3.0/24', gateway: '10.244.3.0' }));
  });

  it('neighbours: those with a MAC address alone', () => {
    const found = neighbours.parse(printed(sample('leader-ip-j-neigh.json')));
    expect(found.some(({ address }) => address === '192.168.2.200')).toBe(false); // FAILED
    expect(found).toContainEqual({ address: '10.244.1.3', device: 'cni0', mac: '0a:a6:05:60:40:4e' });
  });

  it('neighbours: an entry that nobody answered is none', () => {
    const entry = (dst: string, state: string) => ({ dst, dev: 'eth0', lladdr: '52:54:00:a8:02:0c', state: [state] });
    const states = ['REACHABLE', 'STALE', 'DELAY', 'PROBE', 'FAILED', 'INCOMPLETE'];
    const found = neighbours.parse(printed(JSON.stringify(states.map((state, at) => entry(`10.0.0.${at}`, state)))));
    expect(found.map(({ address }) => address)).toEqual(['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3']);
  });

  it('neighbours: of a Mac, with the zeros that it leaves out', () => {
    const text =
      '? (192.168.2.200) at 52:54:0:a8:2:c on en0 ifscope [ethernet]\n? (192.168.2.9) at (incomplete) on en0\n';
    expect(neighbours.parse(printed(text))).toEqual([
      { address: '192.168.2.200', device: 'en0', mac: '52:54:00:a8:02:0c' },
    ]);
  });

  it('forwarding: outer addresses, learned and own MAC addresses', () => {
    const found = forwarding.parse(printed(sample('leader-bridge-j-fdb.json')));
    expect(found.filter(({ destination }) => destination !== undefined)).toHaveLength(2);
    expect(found).toContainEqual({
      mac: '0a:4a:f1:75:8c:1d',
      device: 'veth22760c2a',
      destination: undefined,
      bridge: 'cni0',
      permanent: false,
    });
  });
});
