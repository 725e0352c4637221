import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node-pty';
import { answering, withPassword } from '../machines/ssh2-answers.ts';
import { Ssh2Server, type ServerOptions } from '../machines/ssh2-server.ts';
import { loopbackLabFile } from '../unit/cli/loopback-lab-file.ts';
import { writeExampleBundle } from '../unit/write-example-bundle.ts';

/** A lab of the user's on loopback: its machines take a password and give a real terminal, but run no command. */
export interface SshLab {
  readonly file: string;
  readonly folder: string;
  readonly node: Ssh2Server;
  readonly close: () => Promise<void>;
}

/** What the machines let in. */
export const PASSWORD = 'canary-of-the-test';

interface Machines {
  /** What they say to commands. Default: nothing. */
  readonly exec?: ServerOptions['exec'];
  /** Whether nobody answers at an address now. Default: somebody does. */
  readonly isAway?: (address: string) => boolean;
}

/** A port at which nothing listens. */
const NOBODY = 1;

/** @param online whether it is installed from publishers, of which none is reached; else from a bundle */
export async function startSshLab(
  online = false,
  { exec = answering, isAway = () => false }: Machines = {},
): Promise<SshLab> {
  const folder = mkdtempSync(join(tmpdir(), 'hoplab-e2e-lab-'));
  const bundle = join(folder, 'bundle');
  await writeExampleBundle(bundle, { withManifests: false });
  const authenticate = withPassword(PASSWORD);
  const node = await Ssh2Server.listen({ exec, shell, authenticate });
  const jump = await Ssh2Server.listen({ authenticate, forward: (to) => (isAway(to) ? NOBODY : node.port) });
  const file = join(folder, 'lab.yaml');
  writeFileSync(
    file,
    loopbackLabFile({ ssh: 'user: lab, password: true', jump: jump.port, ...(!online && { bundle }) }),
  );
  const close = async (): Promise<void> => {
    await Promise.all([node.stop(), jump.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  return { file, folder, node, close };
}

/** A shell of this computer in a terminal of its own. */
const shell: NonNullable<ServerOptions['shell']> = (channel, size) => {
  const { columns: cols, rows } = size;
  const terminal = spawn('/bin/sh', [], { cols, rows, env: { PATH: process.env['PATH'] ?? '', PS1: 'node$ ' } });
  terminal.onData((text) => void channel.write(text));
  terminal.onExit(() => channel.end());
  channel.on('data', (data: Buffer) => terminal.write(data.toString()));
  channel.once('close', () => terminal.kill());
  size.changed = (columns, height) => terminal.resize(columns, height);
};
