import { describe, expect, it } from 'vitest';
import type { LabDisk, PathState } from '../../src-main/lab/lab-disk.ts';
import { labText, problemsOf, sentences } from './example.ts';
import { processorTime } from '../set-up/processor-time.ts';

const key = '/home/taro/.ssh/id_ed25519';
const bundle = { '/labs/bundle': 'folder', '/labs/bundle/index.json': 'file' } as const;

function disk(states: Readonly<Record<string, PathState>>, texts: Readonly<Record<string, string>> = {}): LabDisk {
  return {
    state: (path) => states[path] ?? (path in texts ? 'file' : 'missing'),
    text: (path) => texts[path],
    names: () => [],
  };
}

function found(lines: Readonly<Record<number, string>>, ...state: Parameters<typeof disk>): string[] {
  return sentences(problemsOf(labText(lines), { disk: disk(...state) }));
}

const keyRemedy = 'Name a private key, for example ~/.ssh/id_ed25519.';
const bundleRemedy = 'Name a bundle: the file that `hoplab bundle create` wrote, or the folder that index.json is in.';

describe('the files that a lab file names', () => {
  it('are all there in a lab without problems', () => {
    expect(found({}, { [key]: 'file', ...bundle })).toEqual([]);
  });

  it.each<[string, string, Record<string, PathState>, string]>([
    ['a key that does not exist', 'none', {}, 'none does not exist.'],
    ['a key that may not be read', 'k', { '/labs/k': 'unreadable' }, 'You may not read k.'],
    ['a key that is a folder', '~/.ssh', { '/home/taro/.ssh': 'folder' }, '~/.ssh is a folder, not a file.'],
    ['a key that is a device', '/dev/null', { '/dev/null': 'other' }, '/dev/null is not a regular file.'],
  ])('%s is a problem', (_, path, states, text) => {
    expect(found({ 6: `ssh: { user: lab, key: ${path} }` }, { ...states, ...bundle })).toEqual([
      `6:24 ssh.key: ${text} ${keyRemedy}`,
    ]);
  });

  it('a public key is a problem, with the name of the private one', () => {
    expect(found({ 6: 'ssh: { user: lab, key: ~/.ssh/id.pub }' }, bundle)).toEqual([
      '6:24 ssh.key: ~/.ssh/id.pub is a public key, but the private one is needed. Write ~/.ssh/id.',
    ]);
  });

  it('a public key is none where the agent has the private one', () => {
    const there = { ...bundle, '/home/taro/.ssh/id.pub': 'file' } as const;
    expect(found({ 6: 'ssh: { user: lab, key: ~/.ssh/id.pub, agent: true }' }, there)).toEqual([]);
    expect(found({ 6: 'ssh: { user: lab, key: ~/.ssh/id.pub, agent: true }' }, bundle)).toEqual([
      `6:24 ssh.key: ~/.ssh/id.pub does not exist. ${keyRemedy}`,
    ]);
    const own = '  - { name: w1, role: worker, address: 192.168.2.11, ssh: { agent: false, key: ~/.ssh/id.pub } }';
    expect(found({ 4: own, 6: 'ssh: { user: lab, agent: true }' }, there)).toHaveLength(1);
  });

  it('keys of single machines and jump hosts are looked at too', () => {
    const lines = {
      4: '  - { name: w1, role: worker, address: 192.168.2.11, ssh: { key: a } }',
      6: 'ssh: { user: lab, jump: { address: gate, key: b } }',
      9: 'client: { address: 192.168.2.50, ssh: { key: c } }',
    };
    expect(found(lines, { [key]: 'file', ...bundle })).toEqual([
      `4:66 nodes[1].ssh.key: a does not exist. ${keyRemedy}`,
      `6:47 ssh.jump.key: b does not exist. ${keyRemedy}`,
      `9:46 client.ssh.key: c does not exist. ${keyRemedy}`,
    ]);
  });

  it('the default key is a problem when it is needed and not there', () => {
    expect(found({}, bundle)).toEqual([
      '6:1 ssh.key: No key is named, and the default ~/.ssh/id_ed25519 does not exist or cannot be read. Write key: PATH, agent: true or password: true under ssh.',
    ]);
    expect(found({ 6: 'ssh: { user: lab, agent: true }' }, bundle)).toEqual([]);
    expect(found({ 6: 'ssh: { user: lab, password: true }' }, bundle)).toEqual([]);
  });

  it.each<[string, Record<string, PathState>, string]>([
    ['that does not exist', {}, './bundle does not exist.'],
    ['without an index', { '/labs/bundle': 'folder' }, './bundle has no index.json, so it is no bundle.'],
  ])('a bundle %s is a problem', (_, states, text) => {
    expect(found({}, { [key]: 'file', ...states })).toEqual([`8:19 source.bundle: ${text} ${bundleRemedy}`]);
  });

  it('a bundle may be one file', () => {
    expect(found({}, { [key]: 'file', '/labs/bundle': 'file' })).toEqual([]);
  });

  it('archives of images are files or folders that are there', () => {
    const states = { [key]: 'file', '/labs/app.tar': 'file', '/labs/layout': 'folder', '/labs/pipe': 'other' } as const;
    expect(found({ 8: 'images: [app.tar, ./layout]' }, states)).toEqual([]);
    const remedy =
      'Name an archive that `docker save -o FILE IMAGE` wrote, or an OCI image layout; or remove it from the list.';
    expect(found({ 8: 'images: [app.tar, none.tar, pipe]' }, states)).toEqual([
      `8:19 images[1]: none.tar does not exist. ${remedy}`,
      `8:29 images[2]: pipe is not a regular file. ${remedy}`,
    ]);
  });

  it('certificates that are not there are a problem', () => {
    const states = { [key]: 'file', '/labs/folder': 'folder' } as const;
    const remedy = 'Name a file with the certificate of your authority (PEM), or remove the key.';
    expect(found({ 8: 'ca: none.pem' }, states)).toEqual([`8:5 ca: none.pem does not exist. ${remedy}`]);
    expect(found({ 8: 'ca: folder' }, states)).toEqual([`8:5 ca: folder is a folder, not a file. ${remedy}`]);
  });

  const kubeadm = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n';
  const kubelet = '# why\n---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n---\n';
  const proxy = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n';
  const ids = 'has no apiVersion and kind of kubeadm, kubelet or kube-proxy.';

  it.each<[string, string | undefined, string[]]>([
    ['documents of kubeadm, kubelet and kube-proxy', kubeadm + kubelet + proxy, []],
    ['a file that does not exist', undefined, ['o.yaml does not exist.']],
    ['an empty file', '# nothing\n', ['o.yaml is empty.']],
    ['broken YAML', `${kubeadm}a: b: c\n`, ['Line 3 of o.yaml is not valid YAML.']],
    ['another kind of document', `${kubeadm}---\napiVersion: v1\nkind: Pod\n`, [`Document 2 of o.yaml ${ids}`]],
    ['a document without kind', 'apiVersion: kubeadm.k8s.io/v1beta4\n', [`Document 1 of o.yaml ${ids}`]],
    ['a list', '- a\n', [`Document 1 of o.yaml ${ids}`]],
    ['nesting without end', '['.repeat(100_000), ['o.yaml is too large or nested too deeply.']],
  ])('overrides for kubeadm: %s', (_, text, problems) => {
    const texts = text === undefined ? {} : { '/labs/o.yaml': text };
    const remedy = 'Name a YAML file of kubeadm, kubelet or kube-proxy configuration, or remove the key.';
    expect(found({ 9: 'overrides: { kubeadm: o.yaml }' }, { [key]: 'file', ...bundle }, texts)).toEqual(
      problems.map((problem) => `9:23 overrides.kubeadm: ${problem} ${remedy}`),
    );
  });

  /** What is said of overrides, without the place of the key that names them. */
  function told(text: string): string[] {
    const started = processorTime();
    const problems = found(
      { 9: 'overrides: { kubeadm: o.yaml }' },
      { [key]: 'file', ...bundle },
      { '/labs/o.yaml': text },
    );
    expect(processorTime() - started).toBeLessThan(5000);
    return problems.map((problem) => problem.replace('9:23 overrides.kubeadm: ', ''));
  }

  const aliases = 'expands its YAML aliases too many times (the first is on line 4). Write the values themselves.';
  const large =
    'is too large or nested too deeply. Name a YAML file of kubeadm, kubelet or kube-proxy configuration, or remove the key.';
  const bomb = Array.from({ length: 20 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`);
  it.each([
    ['an alias bomb', `${kubeadm}a0: &a0 [x]\n${bomb.join('\n')}\n`, [`o.yaml ${aliases}`]],
    [
      'a bomb of merge keys',
      `${kubeadm}a0: &a0 { x: 1 }\n${bomb.join('\n').replaceAll(/\[(.*)\]/g, '{ <<: [$1] }')}\n`,
      [`o.yaml ${aliases}`],
    ],
    [
      'a value that contains itself',
      `${kubeadm}etcd: &etcd { local: *etcd }\n`,
      [
        'Line 3 of o.yaml: This alias stands within the anchor that it names, so it would contain itself. Write the value itself.',
      ],
    ],
    [
      'a key twice',
      `${kubeadm}etcd: {}\netcd: {}\n`,
      ['Line 4 of o.yaml, etcd: The key "etcd" is already on line 3. Keep one of them.'],
    ],
    [
      '60,000 keys',
      `${kubeadm}featureGates:\n${Array.from({ length: 60_000 }, (_, at) => `  k${at}: a`).join('\n')}\n`,
      [`o.yaml ${large}`],
    ],
    ['60,000 times the same key', `${kubeadm}${'a: 1\n'.repeat(60_000)}`, [`o.yaml ${large}`]],
    ['20,000 times the same key', `${kubeadm}${'a: 1\n'.repeat(20_000)}`, undefined],
    ['1,500 documents', `${kubeadm}---\n`.repeat(1500), []],
  ])('overrides with %s are told at once', (_, text, problems) => {
    const said = told(text);
    if (problems) expect(said).toEqual(problems);
    else expect(said.length).toBeLessThanOrEqual(20);
  });

  const kubeadmOf = (kind: string, rest: string) => `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ${kind}\n${rest}\n`;
  it.each([
    [
      'InitConfiguration',
      'localAPIEndpoint:\n  advertiseAddress: 1.2.3.4',
      4,
      'localAPIEndpoint.advertiseAddress',
      'nodes[].address',
    ],
    ['InitConfiguration', 'nodeRegistration: { name: node }', 3, 'nodeRegistration.name', 'nodes[].name'],
    ['InitConfiguration', 'bootstrapTokens: []', 3, 'bootstrapTokens', ''],
    ['JoinConfiguration', 'nodeRegistration:\n  name: node', 4, 'nodeRegistration.name', 'nodes[].name'],
    ['JoinConfiguration', 'discovery: { tlsBootstrapToken: x }', 3, 'discovery', ''],
    ['ClusterConfiguration', 'kubernetesVersion: 1.36.0', 3, 'kubernetesVersion', 'kubernetes.version'],
    ['ClusterConfiguration', 'controlPlaneEndpoint: x:6443', 3, 'controlPlaneEndpoint', 'nodes[].address'],
    ['ClusterConfiguration', 'networking:\n  podSubnet: 10.1.0.0/16', 4, 'networking.podSubnet', 'kubernetes.podCidr'],
    [
      'ClusterConfiguration',
      'networking: { serviceSubnet: 10.96.0.0/12 }',
      3,
      'networking.serviceSubnet',
      'kubernetes.serviceCidr',
    ],
  ])('overrides of %s do not say what Hoplab says: %s', (...[kind, text, line, where, labKey]) => {
    const remedy =
      labKey === '' ? 'Remove the key from it.' : `Remove the key from it, and use ${labKey} of the lab file.`;
    expect(told(kubeadmOf(kind, text))).toEqual([
      `Line ${line} of o.yaml, ${where}: Hoplab says this itself. ${remedy}`,
    ]);
  });

  const migrate = 'Convert it with `kubeadm config migrate --old-config o.yaml --new-config NEW.yaml`.';
  it('overrides of an older form of kubeadm are told with the command that converts them', () => {
    expect(told(`# old\n${kubeadm.replace('v1beta4', 'v1beta3')}apiServer: { extraArgs: { v: "4" } }\n`)).toEqual([
      `Line 2 of o.yaml, apiVersion: The lab's kubeadm reads kubeadm.k8s.io/v1beta4, not kubeadm.k8s.io/v1beta3. ${migrate}`,
    ]);
    const why = 'This is a mapping, as it was before v1beta4; now it is a list of name and value.';
    expect(told(`${kubeadm}apiServer:\n  extraArgs: { v: "4" }\n`)).toEqual([
      `Line 4 of o.yaml, apiServer.extraArgs: ${why} ${migrate}`,
    ]);
    expect(told(kubeadmOf('InitConfiguration', 'nodeRegistration: { kubeletExtraArgs: { v: "4" } }'))).toEqual([
      `Line 3 of o.yaml, nodeRegistration.kubeletExtraArgs: ${why} ${migrate}`,
    ]);
  });

  it.each(['apiVersion: kubelet.config.k8s.io/v1\nkind: KubeletConfiguration\n', kubeadmOf('ResetConfiguration', '')])(
    'a document that the installation does not read is refused: %j',
    (text) => expect(told(text)).toEqual([expect.stringContaining(`Document 1 of o.yaml ${ids}`)]),
  );
});
