import { labText } from './example.ts';

/** Lab files without problems. */
export const validLabs: Readonly<Record<string, string>> = {
  'the smallest': labText(),
  'the one of the design': `
lab: shortener
nodes:
  - { name: k8s-master,  role: control-plane, address: 192.168.2.10 }
  - { name: k8s-worker1, role: worker, address: 192.168.2.11 }
  - { name: k8s-worker2, role: worker, address: 192.168.2.12 }
ssh: { user: lab, key: ~/.ssh/id_ed25519, port: 22, sudo: passwordless }   # per node overrides, jump host, agent, password prompt
client: this-computer                                                     # or { address, ssh }
kubernetes: { version: 1.37.1, podCidr: 10.244.0.0/16, serviceCidr: 10.96.0.0/12, kubeProxy: iptables, controlPlaneRunsPods: true }
loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 192.168.2.200 }
gateway: { name: shortener-gateway }
dns: { zone: k8s.local, nodePort: 30053 }
app:
  image: registry.k8s.io/e2e-test-images/agnhost:2.56   # anything that serves HTTP
  environments: [ { name: staging, host: url-shortener.staging }, { name: prod, host: url-shortener.prod } ]
source: { bundle: ./bundle }
overrides: { kubeadm: ./kubeadm-overrides.yaml }                            # merged into what Hoplab writes
`,
  'VMs alone': 'lab: shortener\nmachines: { provider: libvirt }\n',
  'the longest name': labText({ 1: `lab: ${'a'.repeat(55)}` }),
  'a LAN of two /24s': labText({ 7: 'loadBalancer: { pool: 192.168.3.1-192.168.3.9 }', 9: 'lan: 192.168.2.0/23' }),
  'one node': labText({ 4: '', 5: '' }),
  'everything otherwise': `
lab: other
nodes:
  - name: node-b.lan
    role: worker
    address: 10.1.2.4
    ssh: { user: root, port: 2222, key: keys/b, sudo: password }
  - { name: node-a.lan, role: control-plane, address: 10.1.2.3 }
ssh:
  user: taro.yamada
  agent: true
  jump: { address: gate.example.com, user: gate, key: /keys/gate }
client: { address: 10.9.9.9, ssh: { password: true, agent: false } }
kubernetes: { podCidr: 172.20.0.0/20, serviceCidr: 172.30.0.0/20, kubeProxy: nftables, controlPlaneRunsPods: true }
loadBalancer: { pool: 10.1.2.192/28 }
gateway: { name: gw }
dns: { zone: lab.example.com, nodePort: 32767 }
app:
  image: localhost:5000/team/app_x@sha256:${'0'.repeat(64)}
  port: 80
  nodePort: 30000
  environments:
    - { name: qa, host: app, replicas: 1 }
source: { bundle: /srv/bundle }
`,
  aliases: labText({
    4: '  - { name: k8s-worker1, role: worker, address: 192.168.2.11, ssh: &ssh { port: 2222 } }',
    5: '  - { name: k8s-worker2, role: worker, address: 192.168.2.12, ssh: *ssh }',
  }),
  'Windows line ends and a byte order mark': `\uFEFF${labText().replaceAll('\n', '\r\n')}`,
  'flow style throughout':
    '{"lab": "x", "nodes": [{"name": "a", "role": "control-plane", "address": "10.0.0.1"}], "ssh": {"user": "u"}, "loadBalancer": {"pool": "10.0.0.9-10.0.0.9"}, "source": {"bundle": "b"}}',
};
