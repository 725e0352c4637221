import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Kubeconfig, KubeconfigBroken } from '../../../src-main/kubeconfig/kubeconfig-text.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';

const lab = {
  name: 'shortener',
  labFile: '/labs/lab.yaml',
  server: 'https://192.168.2.10:6443',
  authority: 'QQ==',
  certificate: 'Qg==',
  key: 'Qw==',
};

/** As kubectl writes it, with what people add. */
const OWN = `# my clusters
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${'QUJD'.repeat(60)}
    server: https://work.example.com:6443 # behind the VPN
    # not for everybody
    proxy-url: http://proxy.example.com:3128
  name: work
contexts:
- context:
    cluster: work
    namespace: team
    user: me
  name: work
current-context: work
kind: Config
preferences: {}
unknown-field: [1, 2]
users:
- name: me
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: login
      interactiveMode: IfAvailable
`;

function withLab(text: string, change = lab): Kubeconfig {
  const config = new Kubeconfig(text);
  config.put(change);
  return config;
}

describe('a kubeconfig', () => {
  it('keeps every line of its user, and is the same again without the lab', () => {
    const config = withLab(OWN);
    const lines = config.toString().split('\n');
    expect(OWN.split('\n').filter((line) => !lines.includes(line))).toEqual([]);
    const again = new Kubeconfig(config.toString());
    expect(again.standing('shortener', '/labs/lab.yaml')).toBe('ours');
    expect(again.remove('/labs/lab.yaml')).toBe(true);
    expect(again.toString()).toBe(OWN);
    expect(again.remove('/labs/lab.yaml')).toBe(false);
  });

  it('has a lab once, whatever it was called before, and leaves the current context alone', () => {
    const config = withLab(withLab(OWN, { ...lab, name: 'old' }).toString());
    expect([config.standing('old', lab.labFile), config.standing('shortener', lab.labFile)]).toEqual(['none', 'ours']);
    expect(config.toString().match(/server: https:\/\/192/g)).toHaveLength(1);
    expect(config.current).toBe('work');
  });

  it('names no current context that is not there any more', () => {
    const config = withLab(OWN);
    config.current = 'shortener';
    config.put(lab);
    expect(config.current).toBe('shortener');
    config.remove(lab.labFile);
    expect(config.current).toBe('');
  });

  it("knows what is another lab's, or nobody's", () => {
    const config = withLab(OWN);
    expect(config.standing('shortener', '/labs/other.yaml')).toBe('foreign');
    expect(config.standing('work', lab.labFile)).toBe('foreign');
    expect(config.standing('me', lab.labFile)).toBe('foreign'); // a user of that name
    expect(config.standing('none', lab.labFile)).toBe('none');
  });

  it.each([
    ['not YAML', 'a: [', 'Flow sequence'],
    ['a list', '- a', 'not a mapping of keys to values'],
    ['a list that is none', 'clusters: {}', 'clusters is not a list'],
    ['two documents', 'a: 1\n---\nb: 2', 'multiple documents'],
    ['a key twice', 'kind: Config\nkind: Config', 'unique'],
  ])('is refused when it is %s', (_, text, why) => {
    expect(() => new Kubeconfig(text)).toThrow(KubeconfigBroken);
    expect(() => new Kubeconfig(text)).toThrow(why);
  });

  it.skipIf(!hasProgram('kubectl', 'version', '--client')).each([
    ['empty', ''],
    ["the user's", OWN],
    [
      'with empty lists',
      'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: null\nusers: []\ncurrent-context: ""\n',
    ],
    ['in JSON', '{"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": [], "users": []}'],
  ])('that was %s is read, and written, by the real kubectl', async (_, text) => {
    const file = join(await tempFolder(), 'config');
    const config = withLab(text, { ...lab, name: 'on' }); // a boolean of YAML 1.1
    config.current = 'on';
    writeFileSync(file, config.toString());
    const kubectl = (...args: readonly string[]) =>
      execFileSync('kubectl', ['config', '--kubeconfig', file, ...args], { encoding: 'utf8' });
    expect(kubectl('current-context')).toBe('on\n');
    expect(kubectl('view', '--raw', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server} {.users[0].name}')).toBe(
      'https://192.168.2.10:6443 on',
    );
    kubectl('set-context', 'on', '--namespace', 'kube-system'); // it writes all of it again
    expect(new Kubeconfig(readFileSync(file, 'utf8')).standing('on', lab.labFile)).toBe('ours');
  });
});
