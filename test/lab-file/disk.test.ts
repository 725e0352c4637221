import { describe, expect, it } from 'vitest';
import type { LabDisk, PathState } from '../../src-main/lab/lab-disk.ts';
import { labText, problemsOf, sentences } from './example.ts';

const key = '/home/taro/.ssh/id_ed25519';
const bundle = { '/labs/bundle': 'folder', '/labs/bundle/index.json': 'file' } as const;

function disk(states: Readonly<Record<string, PathState>>, texts: Readonly<Record<string, string>> = {}): LabDisk {
  return { state: (path) => states[path] ?? (path in texts ? 'file' : 'missing'), text: (path) => texts[path] };
}

function found(lines: Readonly<Record<number, string>>, ...state: Parameters<typeof disk>): string[] {
  return sentences(problemsOf(labText(lines), { disk: disk(...state) }));
}

const keyRemedy = 'Name a private key, for example ~/.ssh/id_ed25519.';
const bundleRemedy = 'Name the folder of a bundle, the one that index.json is in.';

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
    ['that is a file', { '/labs/bundle': 'file' }, './bundle is a file, not a folder.'],
    ['without an index', { '/labs/bundle': 'folder' }, './bundle has no index.json, so it is no bundle.'],
  ])('a bundle %s is a problem', (_, states, text) => {
    expect(found({}, { [key]: 'file', ...states })).toEqual([`8:19 source.bundle: ${text} ${bundleRemedy}`]);
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
});
