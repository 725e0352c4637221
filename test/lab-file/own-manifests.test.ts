import { describe, expect, it } from 'vitest';
import type { LabDisk } from '../../src-main/lab/lab-disk.ts';
import { ownHosts, ownObjects, userImages, zoneNames } from '../../src-main/lab/own-apps.ts';
import { labOf, labText, problemsOf, sentences } from './example.ts';

/** A disk with the files of /labs/shop, and what else a lab file names. */
function disk(files: Readonly<Record<string, string>>): LabDisk {
  return {
    state: (path) => (path === '/labs/shop' || path === '/labs/bundle' ? 'folder' : 'file'),
    text: (path) => files[path.replace('/labs/shop/', '')],
    names: () => Object.keys(files).sort(),
  };
}

const lines = { 9: 'apps: [{ manifests: ./shop }]' };
const problems = (files: Readonly<Record<string, string>>) =>
  sentences(problemsOf(labText(lines), { disk: disk(files) }));
const lab = (files: Readonly<Record<string, string>>) => labOf(labText(lines), { disk: disk(files) });

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      initContainers: [{ name: first, image: busybox }]
      containers:
        - { name: web, image: 'registry.example.com/shop/web:1.0', imagePullPolicy: Always }
        - { name: side, image: nginx }
`;
const route = (namespace: string, parent: string, hosts: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: ${namespace} }
spec: { parentRefs: [${parent}], hostnames: [${hosts}] }
`;
const OURS = '{ name: shortener-gateway, namespace: staging }';

describe("the user's manifests", () => {
  it('are all objects of the files of a folder, in the order of their names', () => {
    const list = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: ['one', 'two'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
    });
    const found = lab({ 'b.yml': `---\n${WEB}---\n# nothing\n`, 'a.json': list, 'README.md': 'no: [manifest' });
    expect(ownObjects(found).map(({ metadata }) => metadata.name)).toEqual(['one', 'two', 'web']);
    expect(found.apps).toMatchObject([{ manifests: '/labs/shop' }]);
  });

  it('are read as kubectl reads them', () => {
    const [object] = ownObjects(
      lab({
        'a.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: a, uid: x, resourceVersion: '3', creationTimestamp: null }
mode: 0644
isOn: yes
time: 10:20
day: 2026-11-30
status: {}
`,
      }),
    );
    expect(object).toEqual({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
      ...{ mode: 420, isOn: true, time: '10:20', day: '2026-11-30' },
    });
  });

  it('bring their images, and take those of the node where they do not say otherwise', () => {
    const found = lab({ 'a.yaml': WEB });
    expect(userImages(found).slice(1)).toEqual(['busybox', 'registry.example.com/shop/web:1.0', 'nginx']);
    const [object] = ownObjects(found);
    expect(object).toHaveProperty('spec.template.spec.containers.0.imagePullPolicy', 'Always');
    expect(object).toHaveProperty('spec.template.spec.containers.1.imagePullPolicy', 'IfNotPresent');
    expect(object).toHaveProperty('spec.template.spec.initContainers.0.imagePullPolicy', 'IfNotPresent');
  });

  it('state all of a Secret in its data', () => {
    const secret = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n${data}\n`;
    const [object] = ownObjects(lab({ 'a.yaml': secret("data: { a: eA== }\nstringData: { b: 'y' }") }));
    expect(object).toMatchObject({ data: { a: 'eA==', b: 'eQ==' } });
    expect(object).not.toHaveProperty('stringData');
    const [said, ...others] = problems({ 'a.yaml': secret('stringData: { pin: 4711 }') });
    expect(others).toEqual([]);
    expect(said).toContain(
      '"pin" of the Secret that begins on line 1 of a.yaml is not text. Write its value in quotes.',
    );
    expect(said).not.toContain('4711');
  });

  it("give the zone the hosts of their routes at the lab's Gateway", () => {
    const found = lab({
      'a.yaml': route(
        'shop',
        OURS,
        'shop.k8s.local, "*.shop.k8s.local", shop.example.com, "{{ .Values.host }}.k8s.local"',
      ),
      'b.yaml': route('other', '{ name: shortener-gateway }', 'other.k8s.local'),
      'c.yaml': route('staging', '{ name: shortener-gateway }', 'here.k8s.local'),
    });
    expect(ownHosts(found)).toEqual(['shop.k8s.local', 'here.k8s.local']);
    expect(zoneNames(found)).toHaveLength(4);
  });

  it('are refused where two of them state the same object', () => {
    const text = labText({ 9: 'apps: [{ manifests: ./shop }, { manifests: ./web.yaml }]' });
    const found = sentences(problemsOf(text, { disk: { ...disk({ 'a.yaml': WEB }), text: () => WEB } }));
    expect(found).toEqual(['9:44 apps[1].manifests: Deployment web is stated in ./shop already. Keep one of them.']);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a folder without any', { 'README.md': '' }, 'shop has no manifest: no object in a file .yaml, .yml or .json.'],
    ['empty files', { 'a.yaml': '---\n' }, 'shop has no manifest: no object in a file .yaml, .yml or .json.'],
    ['Kustomize', { 'kustomization.yaml': 'resources: []' }, 'shop is for Kustomize.'],
    ['Helm', { 'Chart.yaml': 'name: shop', 'values.yaml': '' }, 'shop is a Helm chart.'],
    ['text', { 'a.yaml': 'hello' }, 'What begins on line 1 of a.yaml is not an object of Kubernetes.'],
    [
      'a template',
      { 'a.yaml': `${WEB}---\nkind: {{ .Values.kind }}\n` },
      'There is no valid YAML on line 12 of a.yaml.',
    ],
    [
      'an object without a name',
      { 'a.yaml': `${WEB}---\napiVersion: v1\nkind: Service\nmetadata: {}\n` },
      'What begins on line 12 of a.yaml is not an object of Kubernetes.',
    ],
    [
      'a generated name',
      { 'a.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: job- }\n' },
      'What begins on line 1 of a.yaml has generateName: each time it would be another object.',
    ],
    [
      'the same twice',
      { 'a.yaml': WEB, 'b.yaml': WEB },
      'Deployment web, which begins on line 1 of b.yaml, is stated on line 1 of a.yaml already.',
    ],
    [
      'an image that is none',
      { 'a.yaml': WEB.replace('image: nginx', "image: 'Nginx Latest'") },
      '"Nginx Latest", in what begins on line 1 of a.yaml, is not the name of an image.',
    ],
    [
      'aliases without end',
      {
        'a.yaml': `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      },
      'What begins on line 1 of a.yaml is not an object of Kubernetes.',
    ],
  ])('are refused with the place and the remedy: %s', (_, files, sentence) => {
    const [first = '', ...others] = problems(files);
    expect(others).toEqual([]);
    expect(first).toContain(`apps[0].manifests: ${sentence}`);
    expect(first.length).toBeGreaterThan(first.indexOf(sentence) + sentence.length + 10);
  });
});
