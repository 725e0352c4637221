import { expect, test } from 'vitest';
import { mirrorAt, mirrored, type Mirrors } from '../../src-main/downloads/mirrors.ts';

const base = (address: string, hosts: Mirrors['hosts'] = {}): Mirrors => ({ base: address, hosts });
const only = (host: string, address: string): Mirrors => ({ hosts: { [host]: address } });
const FILE = 'https://dl.k8s.io/release/v1.37.1/kubeadm';
const MANIFEST = 'https://ghcr.io/v2/flannel-io/flannel/manifests/v0.28.9';

test.each<[string, string, Mirrors, string]>([
  ['nothing', FILE, { hosts: {} }, FILE],
  ['a file, base', FILE, base('https://m'), 'https://m/dl.k8s.io/release/v1.37.1/kubeadm'],
  ['a file, base with a folder', FILE, base('https://m/a/'), 'https://m/a/dl.k8s.io/release/v1.37.1/kubeadm'],
  ['a file, its host', FILE, only('dl.k8s.io', 'https://m/k8s'), 'https://m/k8s/release/v1.37.1/kubeadm'],
  ['another host', FILE, only('github.com', 'https://m'), FILE],
  [
    'its host before base',
    FILE,
    base('https://m', { 'dl.k8s.io': 'http://n:81' }),
    'http://n:81/release/v1.37.1/kubeadm',
  ],
  ['a port is part of the host', 'https://m:8443/x', only('m:8443', 'https://n'), 'https://n/x'],
  ['a registry, base', MANIFEST, base('https://m'), 'https://m/v2/ghcr.io/flannel-io/flannel/manifests/v0.28.9'],
  [
    'a registry, base with a folder',
    MANIFEST,
    base('https://m/a'),
    'https://m/a/v2/ghcr.io/flannel-io/flannel/manifests/v0.28.9',
  ],
  ['a registry, its host', MANIFEST, only('ghcr.io', 'https://m'), 'https://m/v2/flannel-io/flannel/manifests/v0.28.9'],
  [
    'a project of a registry',
    MANIFEST,
    only('ghcr.io', 'https://m/v2/p/'),
    'https://m/v2/p/flannel-io/flannel/manifests/v0.28.9',
  ],
  ['the query is kept', `${FILE}?a=b`, base('https://m'), 'https://m/dl.k8s.io/release/v1.37.1/kubeadm?a=b'],
  ['user and password are not', FILE, base('https://u:p@m'), 'https://m/dl.k8s.io/release/v1.37.1/kubeadm'],
  ['what is at the mirror already', 'https://m/token?a=b', base('https://u:p@m/a'), 'https://m/token?a=b'],
  [
    'Docker Hub',
    'https://docker.io/v2/library/nginx/tags',
    { hosts: {} },
    'https://registry-1.docker.io/v2/library/nginx/tags',
  ],
  [
    'Docker Hub, base',
    'https://docker.io/v2/library/nginx/tags',
    base('https://m'),
    'https://m/v2/docker.io/library/nginx/tags',
  ],
  ['plain HTTP of the same host', 'https://lan:5000/v2/a', only('lan:5000', 'http://lan:5000'), 'http://lan:5000/v2/a'],
])('%s', (_what, url, mirrors, expected) => {
  expect(mirrored(url, mirrors)).toBe(expected);
});

test('the mirror at an address is the one with a login', () => {
  const mirrors = { base: 'https://m/plain', hosts: { 'ghcr.io': 'https://user:pw@m/v2/p' } };
  expect(mirrorAt(new URL('https://m/token'), mirrors)?.username).toBe('user');
  expect(mirrorAt(new URL('http://m/token'), mirrors)).toBeUndefined();
});
