import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import build from '../set-up/build.ts';
import { bin, root } from '../set-up/built.ts';
import { installDebianPackages } from '../set-up/debian-packages.ts';

/**
 * `npm run test:vm`: a VM by the real libvirt and QEMU, from nothing to the stage `workers`, then to the last one, and back. Root, Debian on amd64; a quarter of
 * an hour or more where processors are emulated. It needs the bundle of the lab's cache (`npm run lab -- setup`).
 */
const packages = [
  'libvirt-daemon-system',
  'libvirt-clients',
  'qemu-system-x86',
  'qemu-utils',
  'xorriso',
  'dnsmasq-base',
];
const forImage = ['mmdebstrap', 'e2fsprogs', 'fdisk', 'grub-pc-bin', 'grub-common'];

const bundle = join(homedir(), '.cache', 'hoplab-lab', 'bundle');
const cache = join(homedir(), '.cache', 'hoplab-vm');
const image = join(cache, 'debian-12.qcow2');

const reason = unable();
if (reason !== undefined) {
  console.error(`\n  SKIPPED: no VM was made.\n  ${reason}\n`);
} else {
  installDebianPackages([...packages, ...forImage]);
  build();
  mkdirSync(cache, { recursive: true });
  if (!existsSync(image)) run([join(root, 'test', 'vm', 'make-image.sh'), image]);
  const folder = mkdtempSync(join(cache, 'run-'));
  try {
    const vitest = [bin('vitest'), 'run', '--config', join(root, 'test', 'vm', 'vitest.config.ts')];
    const env = { HOPLAB_VM_IMAGE: image, HOPLAB_VM_BUNDLE: bundle, HOPLAB_VM_FOLDER: folder };
    run(
      [join(root, 'test', 'vm', 'in-own-libvirt.sh'), join(folder, 'libvirt'), ...vitest, ...process.argv.slice(2)],
      env,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unable(): string | undefined {
  if (process.getuid?.() !== 0) return 'It needs root: sudo npm run test:vm.';
  if (!existsSync('/usr/bin/apt-get') || process.arch !== 'x64') return 'It needs Debian on amd64.';
  return existsSync(bundle) ? undefined : `There is no bundle in ${bundle}: npm run lab -- setup makes one.`;
}

function run([command = '', ...args]: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit', cwd: root, env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
}
