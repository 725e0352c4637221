import type { LabDisk } from '../../src-main/lab/lab-disk.ts';
import { describe, expect, it } from 'vitest';
import { labOf, labText } from './example.ts';
import { validLabs } from './valid-labs.ts';

describe('a lab file', () => {
  it.each(Object.entries(validLabs))('without problems is a lab: %s', (_, text) => {
    expect(labOf(text).nodes[0]?.role).toBe('control-plane');
  });

  it('needs few lines: everything else has a default', () => {
    const ssh = {
      user: 'lab',
      port: 22,
      agent: false,
      password: false,
      sudo: 'passwordless',
      key: '/home/taro/.ssh/id_ed25519',
    };
    expect(labOf(labText())).toEqual({
      name: 'shortener',
      file: '/labs/lab.yaml',
      nodes: [
        { name: 'k8s-master', role: 'control-plane', address: '192.168.2.10', ssh },
        { name: 'k8s-worker1', role: 'worker', address: '192.168.2.11', ssh },
        { name: 'k8s-worker2', role: 'worker', address: '192.168.2.12', ssh },
      ],
      apps: [],
      client: { kind: 'this-computer' },
      kubernetes: {
        version: '1.37.1',
        podCidr: '10.244.0.0/16',
        serviceCidr: '10.96.0.0/12',
        kubeProxy: 'iptables',
        controlPlaneRunsPods: false,
      },
      loadBalancer: { pool: '192.168.2.200-192.168.2.250', vip: '192.168.2.200' },
      gateway: { name: 'shortener-gateway' },
      dns: { zone: 'k8s.local', nodePort: 30053 },
      app: {
        image: 'registry.k8s.io/e2e-test-images/agnhost:2.56',
        args: ['netexec', '--http-port=8080'],
        port: 8080,
        nodePort: 30080,
        environments: [
          { name: 'staging', host: 'url-shortener.staging', replicas: 3 },
          { name: 'prod', host: 'url-shortener.prod', replicas: 3 },
        ],
      },
      source: { bundle: '/labs/bundle' },
      images: [],
      network: { mirrors: { hosts: {} } },
      optional: { headerRouting: false },
      overrides: {},
    });
  });

  it('runs pods on the control plane when there is no worker', () => {
    expect(labOf(validLabs['one node'] ?? '').kubernetes.controlPlaneRunsPods).toBe(true);
  });

  it('puts the control plane first, and overrides ssh per machine', () => {
    const lab = labOf(validLabs['everything otherwise'] ?? '');
    const jump = { address: 'gate.example.com', user: 'gate', port: 22, key: '/keys/gate' };
    expect(lab.nodes).toEqual([
      {
        name: 'node-a.lan',
        role: 'control-plane',
        address: '10.1.2.3',
        ssh: { user: 'taro.yamada', port: 22, agent: true, password: false, sudo: 'passwordless', jump },
      },
      {
        name: 'node-b.lan',
        role: 'worker',
        address: '10.1.2.4',
        ssh: { user: 'root', port: 2222, agent: true, password: false, sudo: 'password', key: '/labs/keys/b', jump },
      },
    ]);
    expect(lab.client).toMatchObject({ kind: 'ssh', address: '10.9.9.9', ssh: { agent: false, password: true } });
    expect(lab.loadBalancer.vip).toBe('10.1.2.192');
    expect(lab.app.args).toEqual([]);
    expect(lab.source).toEqual({ bundle: '/srv/bundle' });
  });

  it('expands ~ to the home folder and takes other paths from the folder of the lab file', () => {
    const lab = labOf(labText({ 8: 'source: { bundle: ~/bundles/b }', 6: 'ssh: { user: lab, key: ../k }' }));
    expect([lab.source, lab.nodes[0]?.ssh.key]).toEqual([{ bundle: '/home/taro/bundles/b' }, '/k']);
  });

  it('installs online by default, and knows how publishers are reached', () => {
    expect(labOf(labText({ 8: '' })).source).toBe('online');
    expect(labOf(labText({ 8: 'source: online' })).source).toBe('online');
    expect(labOf(labText({ 8: 'images: [app.tar, ~/layout]' })).images).toEqual(['/labs/app.tar', '/home/taro/layout']);
    const network = (text: string) => labOf(labText({ 8: text })).network;
    expect(network('mirrors: https://mirror.lan:8443/all')).toEqual({
      mirrors: { base: 'https://mirror.lan:8443/all', hosts: {} },
    });
    const hosts = { 'dl.k8s.io': 'http://10.0.0.1/k8s', 'ghcr.io': 'https://mirror.lan' };
    expect(network(`mirrors: ${JSON.stringify(hosts)}`)).toEqual({ mirrors: { hosts } });
    const noProxy = ['*', 'mirror.lan', '.lan', '*.example.com', 'a:8443', '10.0.0.1', '10.0.0.0/8'];
    expect(network(`proxy: http://proxy.lan:3128\nnoProxy: ${JSON.stringify(noProxy)}\nca: ../ca.pem`)).toEqual({
      mirrors: { hosts: {} },
      proxy: 'http://proxy.lan:3128',
      noProxy,
      ca: '/ca.pem',
    });
  });

  it('holds the overrides that the lab file names', () => {
    const text = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 50\n';
    const disk: LabDisk = {
      state: (path) => (path === '/labs/bundle' ? 'folder' : 'file'),
      text: (path) => (path === '/x.yaml' ? text : undefined),
      names: () => [],
    };
    expect(labOf(labText({ 9: 'overrides: { kubeadm: ../x.yaml }' }), { disk }).overrides.kubeadm).toBe(text);
  });

  it("lets a jump host default to the machine's user and key", () => {
    const lab = labOf(labText({ 6: 'ssh: { user: lab, key: k, jump: { address: 192.168.2.1 } }' }));
    expect(lab.nodes[0]?.ssh.jump).toEqual({ address: '192.168.2.1', user: 'lab', port: 22, key: '/labs/k' });
  });

  it('tells agnhost the port that the app listens on', () => {
    expect(labOf(labText({ 9: 'app: { port: 9000 }' })).app.args).toEqual(['netexec', '--http-port=9000']);
  });

  it('may hold a hundred nodes', () => {
    const nodes = Array.from(
      { length: 99 },
      (_, n) => `  - { name: w${n}, role: worker, address: 192.168.2.${n + 20} }`,
    );
    expect(labOf(labText({ 4: nodes.join('\n'), 5: '' })).nodes).toHaveLength(100);
  });
});
