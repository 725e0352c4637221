import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../set-up/built.ts';

/**
 * A computer with the libvirt of test/fake-programs, in a network of its own: what the engine sends to the addresses of VMs goes nowhere.
 * Needs root.
 */
export class FakeLibvirt {
  readonly folder = mkdtempSync(join(tmpdir(), 'hoplab-libvirt-'));
  /** An image of the user's. */
  readonly image = join(this.folder, 'image.qcow2');
  readonly env: Readonly<Record<string, string>>;
  readonly within: readonly string[];
  readonly #namespace: string;

  /** @param more further providers that it has: folders of test/fake-programs */
  constructor(more: readonly 'multipass'[] = []) {
    this.#namespace = `hoplab-vms-${process.pid}`;
    execFileSync('ip', ['netns', 'add', this.#namespace]);
    this.within = ['ip', 'netns', 'exec', this.#namespace];
    execFileSync('ip', ['-n', this.#namespace, 'link', 'set', 'lo', 'up']);
    writeFileSync(this.image, 'an image');
    const programs = ['libvirt', ...more].map((name) => join(root, 'test', 'fake-programs', name));
    const path = [...programs, process.env['PATH']].join(':');
    this.env = {
      PATH: path,
      FAKE_LIBVIRT: this.folder,
      MULTIPASS_FAKE: this.folder,
      FAKE_NODE: process.execPath,
    };
  }

  /** Says what a file of its state holds; see the README there. */
  tell(file: string, content = ''): void {
    writeFileSync(join(this.folder, file), content);
  }

  forget(file: string): void {
    rmSync(join(this.folder, file));
  }

  /** All that it has of a kind: `domains`, `networks`, `pools/hoplab/volumes`. */
  all(kind: string): string[] {
    return readdirSync(join(this.folder, kind)).sort();
  }

  close(): void {
    execFileSync('ip', ['netns', 'delete', this.#namespace]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const canFake = process.getuid?.() === 0;
