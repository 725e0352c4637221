import { readFileSync, writeFileSync } from 'node:fs';
import { openBundle, readBundle, type Bundle } from '../../src-main/bundle/bundle.ts';
import { imageParts } from '../../src-main/bundle/image-parts.ts';
import type { Lab } from '../../src-main/lab/lab.ts';
import { readLabFile } from '../../src-main/lab/read-lab-file.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import type { Machine } from '../../src-main/machines/machine.ts';
import { openSshMachine } from '../../src-main/machines/ssh/ssh-machine.ts';
import type { MadeRecording, Recording } from '../../src-main/machines/recorded/recording.ts';
import { version } from '../../src-main/version.ts';
import { LabRecorder } from './lab-recorder.ts';

/*
 * Runs in the client's network, started by record.ts: LAB-FILE, the same as the user would write it, KNOWN-HOSTS, OUT.
 */

const [labFile = '', shown = '', knownHosts = '', out = ''] = process.argv.slice(2);
const lab = await readLabFile(labFile);
const place = lab.source === 'online' ? '' : lab.source.bundle;
const bundle = await openBundle(place, lab.kubernetes.version);
const recorder = new LabRecorder({ lab, bundle, open: (opened) => openMachines(opened) });
const recorded = new Date().toISOString();
const { recorder: noted, ...ladder } = await recorder.record((line) => console.log(line));
const recording: Omit<MadeRecording, 'files'> = {
  schema: 6,
  recorded,
  hoplab: version,
  versions: await versions(bundle),
  labFile: readFileSync(shown, 'utf8'),
  machines: recorder.where,
  bundle: await bundleOf(bundle),
  texts: noted.texts.all,
  outputs: noted.outputs,
  questions: noted.questions,
  ...ladder,
};
writeFileSync(out, JSON.stringify(recording));

async function openMachines({ nodes, client }: Lab): Promise<ReadonlyMap<string, Machine>> {
  if (client.kind !== 'ssh') throw new Error('the recorded lab has a client of its own');
  const none = () => Promise.resolve(undefined);
  const route = {
    secrets: { password: none, passphrase: none, sudoPassword: none },
    knownHosts: new KnownHosts(knownHosts),
  };
  const all = [
    ...nodes.map(({ name, address, ssh }) => ({ ...route, name, address, access: ssh })),
    { ...route, name: 'client', address: client.address, access: client.ssh },
  ];
  const machines = await Promise.all(all.map((one) => openSshMachine(one)));
  return new Map(machines.map((machine) => [machine.name, machine]));
}

async function versions(of: Bundle): Promise<Record<string, string>> {
  const { index } = await readBundle(place);
  const shown = index.files.filter(
    ({ name }) => !['kubeadm', 'kubelet', 'kubectl', 'cni-plugins', 'ngf-crds'].includes(name),
  );
  return { kubernetes: of.kubernetes, ...Object.fromEntries(shown.map(({ name, version: found }) => [name, found])) };
}

async function bundleOf(of: Bundle): Promise<Recording['bundle']> {
  const { index, blobs } = await readBundle(place);
  const [arch = 'amd64'] = index.arch;
  const files = index.files.map(async ({ name, kind, version: found, sha256, ...file }) => {
    const { size } = await blobs.travelling(sha256);
    return { name, kind, ...(file.arch && { arch: file.arch }), version: found, sha256, size };
  });
  const images = index.images.map(async (image) => {
    const parts = (await imageParts(blobs, image, arch)) ?? [];
    return { reference: image.reference, size: parts.reduce((sum, { size }) => sum + size, 0) };
  });
  const manifests: Recording['bundle']['manifests'] = {};
  for (const { name } of index.files.filter(({ kind }) => kind === 'manifest')) {
    const { version: found, definitions, objects } = await of.manifest(name);
    const hashes = definitions.map((definition) => ({ name: definition.name, hash: definition.hash }));
    manifests[name] = { version: found, definitions: hashes, objects: [...objects] };
  }
  return {
    arch: [...of.arch],
    kubernetes: of.kubernetes,
    files: await Promise.all(files),
    images: await Promise.all(images),
    manifests,
  };
}
