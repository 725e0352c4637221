import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import {
  catalogueFrom,
  components,
  imagesOf,
  parseCatalogue,
  readCatalogue,
  type ComponentName,
} from '../../../src-main/bundle/catalogue.ts';
import { publishedFiles } from '../../../src-main/bundle/published-files.ts';
import { sha256Of } from '../../../src-main/machines/upload.ts';
import { labFileSchema } from '../../../src-main/lab/lab-file-schema.ts';
import { initConfig } from '../../../src-main/stages/kubeadm-config.ts';
import { labOf, labText } from '../../lab-file/example.ts';

const catalogue = readCatalogue();
const kubernetesVersions = Object.keys(catalogue.kubernetes);
const all = Object.entries(catalogue.components) as [ComponentName, (typeof catalogue.components)[ComponentName]][];

/** Each release of each component: `['etcd', '3.7.0', {…}]`. */
const releases = all.flatMap(([name, { versions }]) =>
  Object.entries(versions).map(([version, release]) => [name, version, release] as const),
);

/** Where each project publishes its files: `V` is the version, `ARCH` the architecture. */
const ADDRESSES: Readonly<Record<string, string>> = {
  kubeadm: 'https://dl.k8s.io/release/vV/bin/linux/ARCH/kubeadm',
  kubelet: 'https://dl.k8s.io/release/vV/bin/linux/ARCH/kubelet',
  kubectl: 'https://dl.k8s.io/release/vV/bin/linux/ARCH/kubectl',
  containerd: 'https://github.com/containerd/containerd/releases/download/vV/containerd-static-V-linux-ARCH.tar.gz',
  runc: 'https://github.com/opencontainers/runc/releases/download/vV/runc.ARCH',
  'cni-plugins': 'https://github.com/containernetworking/plugins/releases/download/vV/cni-plugins-linux-ARCH-vV.tgz',
  'kube-flannel': 'https://raw.githubusercontent.com/flannel-io/flannel/vV/Documentation/kube-flannel.yml',
  'metallb-native': 'https://raw.githubusercontent.com/metallb/metallb/vV/config/manifests/metallb-native.yaml',
  'gateway-api-standard': 'https://github.com/kubernetes-sigs/gateway-api/releases/download/vV/standard-install.yaml',
  'ngf-crds': 'https://raw.githubusercontent.com/nginx/nginx-gateway-fabric/vV/deploy/crds.yaml',
  'ngf-deploy': 'https://raw.githubusercontent.com/nginx/nginx-gateway-fabric/vV/deploy/default/deploy.yaml',
};

/** How each project names and tags its images; `V` is the version. The CNI plugin of Flannel has a version of its own. */
const IMAGES: Readonly<Record<string, RegExp>> = {
  kubernetes: /^registry\.k8s\.io\/kube-(?:apiserver|controller-manager|scheduler|proxy):vV$/,
  etcd: /^registry\.k8s\.io\/etcd:V-0$/,
  coredns: /^registry\.k8s\.io\/coredns\/coredns:vV$/,
  pause: /^registry\.k8s\.io\/pause:V$/,
  flannel: /^ghcr\.io\/flannel-io\/(?:flannel:vV|flannel-cni-plugin:v\d+\.\d+\.\d+-flannel\d+)$/,
  metallb: /^quay\.io\/metallb\/(?:controller|speaker):vV$/,
  'nginx-gateway-fabric': /^ghcr\.io\/nginx\/nginx-gateway-fabric(?:\/nginx)?:V$/,
  agnhost: /^registry\.k8s\.io\/e2e-test-images\/agnhost:V$/,
};

describe('the catalogue', () => {
  it('has the components of every version of Kubernetes, the default among them', () => {
    expect(kubernetesVersions).toContain(catalogue.default);
    expect(kubernetesVersions.length).toBeGreaterThan(1);
    for (const version of kubernetesVersions) expect(components(version).kubernetes.version).toBe(version);
  });

  it('has no release that nothing goes with', () => {
    const used = new Set(Object.values(catalogue.kubernetes).flatMap((row) => Object.entries(row).map(String)));
    expect(releases.map(([name, version]) => `${name},${version}`).filter((one) => !used.has(one))).toEqual([]);
  });

  it('refuses a version that it does not have', () => {
    expect(() => components('1.0.0')).toThrow('Kubernetes 1.0.0 is not in the catalogue');
  });

  it('has the image of the sample app', () => {
    for (const version of kubernetesVersions)
      expect(imagesOf(components(version).agnhost)).toEqual([labFileSchema.parse(parse(labText())).app.image]);
  });

  it('names the licence and the publisher of each component', () => {
    const known = ['Apache-2.0', 'Apache-2.0 AND BSD-2-Clause'];
    expect(all.filter(([, { licence, publisher }]) => !known.includes(licence) || publisher === '')).toEqual([]);
  });

  it.each(kubernetesVersions)('is what kubeadm is told to install: %s', (version) => {
    const lab = labOf(labText({ 9: `kubernetes: { version: ${version} }` }));
    const init = initConfig(lab);
    expect(init).toContain(`"kubernetesVersion": "v${version}"`);
    expect(init).toContain('"apiVersion": "kubeadm.k8s.io/v1beta4"');
  });
});

describe('its addresses', () => {
  it.each(kubernetesVersions)('are where the projects publish: %s', (version) => {
    const found = publishedFiles(components(version)).map(({ name, version: of, arch, url }) => [name, of, arch, url]);
    const wanted = found.map(([name = '', of = '', arch]) => {
      const address = ADDRESSES[name]?.replaceAll('V', of.slice(1)).replace('ARCH', arch ?? '');
      return [name, of, arch, address];
    });
    expect(found).toEqual(wanted);
    expect(new Set(found.map(([name]) => name))).toEqual(new Set(Object.keys(ADDRESSES)));
  });

  it.each(releases)('of %s %s: the page and the images have its version', (name, version, { source, images }) => {
    const pattern = new RegExp(IMAGES[name]?.source.replaceAll('V', version.replaceAll('.', '\\.')) ?? '^$');
    expect(images.map(({ reference }) => reference).filter((reference) => !pattern.test(reference))).toEqual([]);
    expect(source).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(?:releases\/tag|tree)\/[\w./-]+$/);
    if (source.includes('/releases/tag/')) expect(source.endsWith(`/v${version}`)).toBe(true);
  });

  it('of sums lie beside the files', () => {
    const files = kubernetesVersions.flatMap((version) => publishedFiles(components(version)));
    const folder = (address: string) => address.slice(0, address.lastIndexOf('/'));
    for (const { url, sums = url } of files) expect(folder(sums)).toBe(folder(url));
    const unknown = files.filter(({ sha256, sums }) => sha256 === undefined && sums === undefined);
    expect(unknown).toEqual([]);
  });

  it('say what of an archive is installed, and of nothing else', () => {
    for (const { kind, members } of publishedFiles(components(catalogue.default)))
      expect(members !== undefined).toBe(kind === 'archive');
    expect(components(catalogue.default).containerd.files[0]?.members).toEqual({
      from: 'bin',
      to: '/usr/local/bin',
      names: ['containerd', 'containerd-shim-runc-v2', 'ctr'],
    });
  });
});

describe('its pins', () => {
  const files = kubernetesVersions.flatMap((version) => publishedFiles(components(version)));

  it('are of one file each, and so of one architecture and one version', () => {
    const addresses = new Map<string, Set<string>>();
    for (const { sha256, url } of files)
      if (sha256 !== undefined) addresses.set(sha256, (addresses.get(sha256) ?? new Set()).add(url));
    expect([...addresses].filter(([, urls]) => urls.size > 1)).toEqual([]);
  });

  it('of images are of one image each, and no platform has the digest of the index', () => {
    const images = releases.flatMap(([, , release]) => release.images);
    const digests = images.flatMap(({ digest, manifests = {} }) => [digest, manifests.amd64, manifests.arm64]);
    const known = digests.filter((one) => one !== undefined);
    expect(new Set(known).size).toBe(known.length);
  });

  it('are there for every file but kubeadm 1.37.1', () => {
    const unknown = files.filter(({ sha256 }) => sha256 === undefined).map(({ name, version }) => `${name} ${version}`);
    expect([...new Set(unknown)].filter((one) => one !== 'kubeadm v1.37.1')).toEqual([]);
  });
});

/** What the lab has of the projects' own manifests; see test/lab/README.md. */
const manifests = process.env['HOPLAB_LAB_MANIFESTS'] ?? join(import.meta.dirname, '../../../../shared/lab/manifests');
const skipped = existsSync(manifests) ? '' : ` (SKIPPED: there is no folder ${manifests})`;

describe.skipIf(skipped !== '')(`the projects' manifests${skipped}`, () => {
  const files = publishedFiles(components(catalogue.default)).filter(({ kind }) => kind === 'manifest');
  const texts = new Map(
    (skipped === '' ? readdirSync(manifests) : []).map((name) => [name, readFileSync(join(manifests, name), 'utf8')]),
  );

  it('have the size and the hash that are pinned', () => {
    expect(files).toHaveLength(5);
    for (const { name, sha256, size } of files) {
      const text = [...texts].find(([file]) => file.startsWith(`${name}-v`))?.[1] ?? '';
      expect([name, sha256Of(text), Buffer.byteLength(text)]).toEqual([name, sha256, size]);
    }
  });

  it('name no image that is not in the catalogue', () => {
    const named = [...texts.values()].flatMap((text) => [...text.matchAll(/^ *image: (\S+)$/gm)].map(([, it]) => it));
    expect(named.length).toBeGreaterThan(5);
    const known = new Set(Object.values(components(catalogue.default)).flatMap(imagesOf));
    expect(named.filter((image = '') => !known.has(image))).toEqual([]);
  });
});

describe('HOPLAB_CATALOGUE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hoplab-catalogue-'));
  const file = join(folder, 'own.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const shipped = () => structuredClone(catalogue);

  it('is read in the same form', () => {
    const own = shipped();
    own.default = '1.36.4';
    writeFileSync(file, JSON.stringify(own));
    expect(catalogueFrom(file).default).toBe('1.36.4');
  });

  it.each([
    ['a file that is not there', undefined, 'ENOENT'],
    ['what is no JSON', '{', 'JSON'],
    ['the form of an older version', JSON.stringify({ ...catalogue, schema: 1 }), 'schema: '],
  ])('refuses %s, with its name and the reason', (_what, text, reason) => {
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    expect(() => catalogueFrom(file)).toThrow(new RegExp(`^The catalogue ${file}, which HOPLAB_CATALOGUE .*${reason}`));
  });

  it('refuses a sum that is none, a version without its release, and a default that is not there', () => {
    const sum = shipped();
    for (const each of sum.components.flannel.versions['0.28.9']?.files ?? []) each.sha256 = 'e875';
    expect(() => parseCatalogue(sum)).toThrow('components.flannel.versions.0.28.9.files.0.sha256');
    const row = shipped();
    Object.assign(row.kubernetes['1.36.4'] ?? {}, { etcd: '3.6.9' });
    expect(() => parseCatalogue(row)).toThrow('kubernetes.1.36.4.etcd: etcd 3.6.9 is not among the components');
    expect(() => parseCatalogue({ ...shipped(), default: '1.35.0' })).toThrow('the default version');
  });
});
