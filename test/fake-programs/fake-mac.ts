import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import type { Machine } from '../../src-main/machines/machine.ts';
import { administratorPrefix, DIALOG_CLOSED } from '../../src-main/machines/local/administrator.ts';
import { startLocalProcess } from '../../src-main/machines/local/local-process.ts';
import type { ProcessHost } from '../../src-main/machines/process/process.ts';
import { runProcess } from '../../src-main/machines/process/run-process.ts';
import { Sudo } from '../../src-main/machines/process/sudo.ts';
import { root } from '../set-up/built.ts';
import { atEndOfFile } from '../set-up/at-end-of-file.ts';

const FAKES = join(root, 'test', 'fake-programs', 'macos');

/** Programs that both systems have, as those of this computer. */
const COMMON =
  'sh awk sed sort grep head tail tr df dirname env id mkdir mv rm test touch sleep kill setsid mktemp chmod cp cmp cut wc ln readlink';

/** A Mac made of programs that answer as documented: test/fake-programs/macos. */
export class FakeMac {
  readonly state = mkdtempSync(join(tmpdir(), 'hoplab-mac-'));
  /** Its environment: a PATH without the programs of Linux. */
  readonly env: Readonly<Record<string, string>>;

  /** @param without programs that are missing there */
  constructor(without: readonly string[] = []) {
    atEndOfFile(() => rmSync(this.state, { recursive: true, force: true }));
    const bin = join(this.state, 'bin');
    mkdirSync(bin);
    for (const name of COMMON.split(' ')) {
      const path = execFileSync('sh', ['-c', `command -v ${name} || :`], { encoding: 'utf8' }).trim();
      if (path.startsWith('/')) symlinkSync(path, join(bin, name));
    }
    for (const name of readdirSync(FAKES).filter((file) => !file.endsWith('.md') && !without.includes(file))) {
      rmSync(join(bin, name), { force: true });
      symlinkSync(join(FAKES, name), join(bin, name));
    }
    this.env = { PATH: bin, FAKE_MAC: this.state };
  }

  /** This computer of a user who is not root, whoever runs a test; the environment has to be that of the Mac. */
  machine(administrator: string): Machine {
    const host: ProcessHost = {
      name: 'client',
      start: async (words) => startLocalProcess(words),
      closing: new AbortController().signal,
      sudo: new Sudo({
        machine: 'client',
        mode: 'password',
        password: () => Promise.reject(new Error('Hoplab asks for no password')),
        dialog: { words: administratorPrefix(administrator), refused: DIALOG_CLOSED },
        run: (probe, rest) => runProcess(host, probe, rest),
      }),
    };
    return {
      name: 'client',
      where: 'this computer',
      run: (command, options) => runProcess(host, command, options),
      openShell: () => Promise.reject(new Error('no shell is opened here')),
      close: async () => undefined,
    };
  }

  /** Says what a file of its state holds; see the README there. */
  set(name: string, content: string): void {
    mkdirSync(dirname(join(this.state, name)), { recursive: true });
    writeFileSync(join(this.state, name), content);
  }
}
