import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RolloutEvent } from '../../src-main/contract/events.ts';
import type { VmAnswers } from '../../src-main/contract/machines.ts';
import { readdressed } from '../../src-main/engine/readdress-lab.ts';
import type { Lab } from '../../src-main/lab/lab.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import { openComputer } from '../../src-main/providers/computer.ts';
import type { Computer, Provider, VmLab } from '../../src-main/providers/provider.ts';
import { withOwnKey } from '../../src-main/providers/vm-keys.ts';
import { VmRun } from '../../src-main/providers/vm-run.ts';
import { labOf } from '../lab-file/example.ts';
import { root } from '../set-up/built.ts';

/** This computer, with a program of test/fake-programs in its PATH, and what that program is to do in a folder. */
export class FakeVms {
  readonly folder = mkdtempSync(join(tmpdir(), 'hoplab-vms-'));
  readonly image = join(this.folder, 'image.qcow2');
  readonly #computer = openComputer();
  readonly #platform: Computer['platform'];
  readonly #before = { ...process.env };

  constructor(program: 'lima' | 'multipass', platform: Computer['platform'] = 'macos') {
    this.#platform = platform;
    writeFileSync(this.image, 'an image');
    process.env['PATH'] = `${join(root, 'test', 'fake-programs', program)}:${process.env['PATH']}`;
    process.env['FAKE_NODE'] = process.execPath;
    process.env['LIMA_HOME'] = join(this.folder, '.lima');
    process.env['LIMA_FAKE'] = this.folder;
    process.env['MULTIPASS_FAKE'] = this.folder;
  }

  get #home(): string {
    return join(this.folder, 'home');
  }

  get knownHosts(): KnownHosts {
    return new KnownHosts(join(this.folder, 'known_hosts'));
  }

  get computer(): Computer {
    return { ...this.#computer, platform: this.#platform };
  }

  /** Says what a file holds that the program looks for. */
  tell(name: string, content = ''): void {
    writeFileSync(join(this.folder, name), content);
  }

  forget(name: string): void {
    rmSync(join(this.folder, name), { force: true });
  }

  /** A program there is. @returns its path */
  program(name: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
    return path;
  }

  /** A program of this name instead of the computer's. @param script of sh */
  replace(name: string, script: string): void {
    const programs = join(this.folder, 'programs');
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env['PATH'] = [programs, ...(process.env['PATH'] ?? '').split(':').filter((one) => one !== programs)].join(
      ':',
    );
  }

  /** An instance of Multipass that somebody has. */
  instance(name: string, { state, ipv4 }: { state: string; ipv4: string }): void {
    mkdirSync(join(this.folder, 'multipass'), { recursive: true });
    const kept = { state, ipv4, snapshots: {}, disk: 'an image' };
    writeFileSync(join(this.folder, 'multipass', `${name}.json`), JSON.stringify(kept));
  }

  /** Writes a lab file, and reads it. @param name of its folder */
  lab(text: string, name = '.'): VmLab {
    const file = join(this.folder, name, 'lab.yaml');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const lab: Lab = withOwnKey(labOf(text, { file }), this.#home);
    if (!lab.machines) throw new Error('a lab without VMs');
    return { ...lab, machines: lab.machines };
  }

  /** Work on the VMs of a lab, with all that it tells. Nothing answers SSH behind the program: nobody is waited for. */
  run(provider: Provider, lab: VmLab, signal = new AbortController().signal) {
    const events: RolloutEvent[] = [];
    mkdirSync(this.#home, { recursive: true });
    const run = new VmRun({
      lab,
      provider,
      computer: this.computer,
      open: () => Promise.resolve(new Map()),
      knownHosts: this.knownHosts,
      home: this.#home,
      readdress: (moved) => readdressed(lab, moved, this.#home),
      image: () => Promise.resolve({ image: this.image, imageName: 'debian-12-0123456789ab' }),
      emit: (event) => events.push(event),
      signal,
    });
    return { run, events };
  }

  async close(): Promise<void> {
    await this.#computer.close();
    for (const key of Object.keys(process.env)) if (!(key in this.#before)) Reflect.deleteProperty(process.env, key);
    Object.assign(process.env, this.#before);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The lines of a lab file that asks for VMs. */
export function vmLabText(provider: VmAnswers['provider'], name = 'shortener', more: readonly string[] = []): string {
  return [`lab: ${name}`, `machines: { provider: ${provider}, memory: 2GiB }`, ...more, 'source: online', ''].join(
    '\n',
  );
}
