import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopbackLabFile } from './loopback-lab-file.ts';
import { answering } from '../../machines/ssh2-answers.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { type Ssh2Server, type ServerOptions } from '../../machines/ssh2-server.ts';
import { startSsh2Server } from '../../machines/start-ssh2-server.ts';
import { exampleBundle } from '../example-bundle.ts';

export interface LoopbackLab {
  /** Where the command line runs: holds lab.yaml, and home/ for HOPLAB_HOME. */
  readonly folder: string;
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  /** The jump host of all nodes, on loopback: it takes every node's address to `node`. */
  readonly jump: Ssh2Server;
  readonly node: Ssh2Server;
}

/** A port at which nothing listens. */
const NOBODY = 1;

interface Parts {
  readonly node?: ServerOptions;
  readonly jump?: ServerOptions;
  /** The line `ssh: …`, without its jump host. Default: a user, and a password. */
  readonly ssh?: string;
  /** Called with `ADDRESS:PORT` whenever the jump host is asked to go on to it. */
  readonly onJump?: (to: string) => void;
  /** Whether it is installed online, from a mirror that does not answer, and not from a bundle. */
  readonly online?: boolean;
  /** Whether nobody answers at an address now. Default: somebody does. */
  readonly isAway?: (address: string) => boolean;
}

/**
 * A lab whose three nodes and client are one SSH server of this process, which runs nothing. A lab file takes no loopback address,
 * so they lie behind a jump host, which may have one.
 */
export async function loopbackLab({
  node,
  jump,
  ssh = 'user: lab, password: true',
  onJump,
  online = false,
  isAway = () => false,
}: Parts = {}): Promise<LoopbackLab> {
  const server = await startSsh2Server({ exec: answering, ...node });
  const forward = (address: string, port: number) => {
    onJump?.(`${address}:${port}`);
    return isAway(address) ? NOBODY : server.port;
  };
  const jumpHost = await startSsh2Server({ ...jump, forward });
  const folder = await tempFolder();
  const { folder: bundle } = await exampleBundle({ withManifests: false });
  const text = loopbackLabFile({ ssh, jump: jumpHost.port, ...(!online && { bundle }) });
  writeFileSync(join(folder, 'lab.yaml'), text);
  const env = { HOME: folder, HOPLAB_HOME: join(folder, 'home'), LANG: 'C', HOPLAB_FILE: join(folder, 'lab.yaml') };
  return { folder, bundle, env, jump: jumpHost, node: server };
}
