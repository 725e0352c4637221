import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthContext, ServerChannel } from 'ssh2';
import { labText } from '../../lab-file/example.ts';
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

/** Answers every command at once, and runs none. */
export const answering: NonNullable<ServerOptions['exec']> = (command, channel) => {
  channel.write(command.includes('uname -s') ? 'Linux\n' : '');
  channel.exit(0);
  channel.end();
};

/**
 * Answers as machines of a cluster that Hoplab made, and is slow to change one: `kubeadm reset` ends when it is killed; if
 * `stubborn`, never.
 */
export function slow(stubborn = false): NonNullable<ServerOptions['exec']> {
  const running = new Set<ServerChannel>();
  return (command, channel, connection) => {
    if (command.includes('kubeadm reset')) {
      running.add(channel);
      return;
    }
    if (command.includes('OPLAB_RUN=') && command.includes('pids()') && !stubborn) {
      for (const killed of running) killed.exit('TERM');
      for (const killed of running) killed.end();
    }
    if (command.includes('/etc/kubernetes/admin.conf')) {
      channel.write('/etc/kubernetes/admin.conf\n/var/lib/hoplab/kubeadm-done\n');
    }
    answering(command, channel, connection);
  };
}

/** Lets in whoever knows a password. */
export const withPassword = (password: string) => (context: AuthContext) => {
  if (context.method === 'password' && context.password === password) context.accept();
  else context.reject(['password']);
};

interface Parts {
  readonly node?: ServerOptions;
  readonly jump?: ServerOptions;
  /** The line `ssh: …`, without its jump host. Default: a user, and a password. */
  readonly ssh?: string;
  /** Called with `ADDRESS:PORT` whenever the jump host is asked to go on to it. */
  readonly onJump?: (to: string) => void;
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
}: Parts = {}): Promise<LoopbackLab> {
  const server = await startSsh2Server({ exec: answering, ...node });
  const forward = (address: string, port: number) => {
    onJump?.(`${address}:${port}`);
    return server.port;
  };
  const jumpHost = await startSsh2Server({ ...jump, forward });
  const folder = await tempFolder();
  const { folder: bundle } = await exampleBundle({ withManifests: false });
  const text = labText({
    6: `ssh: { ${ssh}, jump: { address: 127.0.0.1, user: guest, port: ${jumpHost.port} } }`,
    8: `source: { bundle: ${bundle} }`,
    9: 'client: { address: 192.168.2.20 }',
  });
  writeFileSync(join(folder, 'lab.yaml'), text);
  const env = { HOME: folder, HOPLAB_HOME: join(folder, 'home'), LANG: 'C', HOPLAB_FILE: join(folder, 'lab.yaml') };
  return { folder, bundle, env, jump: jumpHost, node: server };
}
