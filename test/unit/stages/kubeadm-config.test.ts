import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Lab } from '../../../src-main/lab/lab.ts';
import { allowsCgroupV1 } from '../../../src-main/lab/overrides.ts';
import { bootstrapToken, initConfig, joinConfig, tokenConfig } from '../../../src-main/stages/kubeadm-config.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';

type Documents = Readonly<Record<string, Record<string, unknown>>>;

const lab = labOf(labText());

const kubelet = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

function withOverrides(kubeadm: string): Lab {
  return { ...lab, overrides: { kubeadm } };
}

function byKind(text: string): Documents {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as { kind: string });
  return Object.fromEntries(documents.map((document) => [document.kind, document]));
}

describe('the configuration of kubeadm init', () => {
  it('states the lab: addresses, version, networks, mode of kube-proxy', async () => {
    const documents = byKind(initConfig(lab));
    expect(Object.keys(documents)).toEqual([
      'InitConfiguration',
      'ClusterConfiguration',
      'KubeletConfiguration',
      'KubeProxyConfiguration',
    ]);
    expect(documents['InitConfiguration']).toMatchObject({
      localAPIEndpoint: { advertiseAddress: '192.168.2.10' },
      nodeRegistration: { name: 'k8s-master', kubeletExtraArgs: [{ name: 'node-ip', value: '192.168.2.10' }] },
    });
    expect(documents['ClusterConfiguration']).toMatchObject({
      kubernetesVersion: 'v1.37.1',
      controlPlaneEndpoint: '192.168.2.10:6443',
      networking: { podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/12' },
    });
    expect(documents['KubeProxyConfiguration']).toMatchObject({ mode: 'iptables' });
  });

  it('gives slow machines time, in init and in join', async () => {
    const init = byKind(initConfig(lab))['InitConfiguration'];
    expect(init).toMatchObject({ timeouts: { controlPlaneComponentHealthCheck: '10m0s', kubernetesAPICall: '5m0s' } });
    const overridden = withOverrides(
      'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\ntimeouts: { discovery: 1m0s }\n',
    );
    expect(byKind(initConfig(overridden))['InitConfiguration']).toMatchObject({
      timeouts: { discovery: '1m0s', kubernetesAPICall: '5m0s' },
    });
  });

  it('merges overrides into the document of their kind: mappings deeply, arguments by name, the rest replaced', async () => {
    const documents = byKind(
      initConfig(
        withOverrides(
          [
            'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer: { certSANs: [only.this] }\ncontrollerManager: { extraArgs: [{ name: kube-api-qps, value: "9" }, { name: v, value: "4" }] }\n',
            'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration: { kubeletExtraArgs: [{ name: v, value: "4" }] }\n',
            'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 50\n',
            'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 60\nfailCgroupV1: false\n',
          ].join('---\n'),
        ),
      ),
    );
    expect(documents['ClusterConfiguration']).toMatchObject({
      networking: { podSubnet: '10.244.0.0/16' },
      apiServer: { certSANs: ['only.this'] },
      controllerManager: {
        extraArgs: [
          { name: 'kube-api-burst', value: '200' },
          { name: 'kube-api-qps', value: '9' },
          { name: 'v', value: '4' },
        ],
      },
    });
    expect(documents['InitConfiguration']).toMatchObject({
      nodeRegistration: {
        name: 'k8s-master',
        kubeletExtraArgs: [
          { name: 'node-ip', value: '192.168.2.10' },
          { name: 'v', value: '4' },
        ],
      },
    });
    expect(documents['KubeletConfiguration']).toMatchObject({
      maxPods: 60,
      failCgroupV1: false,
      cgroupDriver: 'systemd',
    });
    expect(Object.keys(documents)).toHaveLength(4);
  });

  it.each([
    ['ends in a separator', `${kubelet}maxPods: 50\n---\n`],
    ['has an empty document', `${kubelet}maxPods: 50\n---\n# nothing\n---\n`],
  ])('takes a file of overrides that %s', async (_, text) => {
    expect(byKind(initConfig(withOverrides(text)))['KubeletConfiguration']).toMatchObject({ maxPods: 50 });
  });

  it('lets cgroup v1 pass only where the overrides say so', async () => {
    expect(allowsCgroupV1(lab)).toBe(false);
    expect(allowsCgroupV1(withOverrides(`${kubelet}failCgroupV1: true\n`))).toBe(false);
    expect(allowsCgroupV1(withOverrides(`${kubelet}failCgroupV1: false\n`))).toBe(true);
  });
});

const openssl = hasProgram('openssl', 'version');

describe.skipIf(!openssl)('the configuration of kubeadm join', () => {
  it('pins the public key of the CA as OpenSSL computes it', async () => {
    const folder = await tempFolder();
    const run = (command: string) => spawnSync('sh', ['-ec', command], { cwd: folder, encoding: 'utf8' });
    run('openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out ca.crt -subj /CN=ca');
    const caCertificate = readFileSync(join(folder, 'ca.crt'), 'utf8');
    expect(new X509Certificate(caCertificate).subject).toBe('CN=ca');
    // as kubeadm's documentation has it
    const hash = run(
      "openssl x509 -pubkey -noout -in ca.crt | openssl pkey -pubin -outform der | openssl dgst -sha256 -hex | sed 's/^.* //'",
    );
    const [, worker] = lab.nodes;
    if (!worker) throw new Error('the lab has a worker');
    const token = bootstrapToken();
    const documents = byKind(joinConfig(lab, worker, { token, caCertificate }));
    expect(documents['JoinConfiguration']).toMatchObject({
      nodeRegistration: { name: 'k8s-worker1', kubeletExtraArgs: [{ name: 'node-ip', value: '192.168.2.11' }] },
      discovery: {
        bootstrapToken: {
          token,
          apiServerEndpoint: '192.168.2.10:6443',
          caCertHashes: [`sha256:${hash.stdout.trim()}`],
        },
      },
    });
  });
});

describe('the token with which workers join', () => {
  it('has the form that kubeadm asks for, and is another each time', () => {
    const tokens = Array.from({ length: 50 }, bootstrapToken);
    for (const token of tokens) expect(token).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/);
    expect(new Set(tokens).size).toBe(50);
  });

  it('lives for half an hour', () => {
    const documents = byKind(tokenConfig(lab, 'a.b'));
    expect(documents['InitConfiguration']).toMatchObject({ bootstrapTokens: [{ token: 'a.b', ttl: '30m0s' }] });
    // without it kubeadm asks the internet
    expect(documents['ClusterConfiguration']).toMatchObject({ kubernetesVersion: 'v1.37.1' });
  });
});
