import type { AuthContext, ServerChannel } from 'ssh2';
import type { ServerOptions } from './ssh2-server.ts';

/** Answers every command at once, and runs none. */
export const answering: NonNullable<ServerOptions['exec']> = (command, channel) => {
  channel.write(command.includes('uname -s') ? 'Linux\nmachine\nx86_64\n2\n4096\n\n\n\n\n' : '');
  channel.exit(0);
  channel.end();
};

/** What kubeadm leaves under Hoplab's hand. */
const MADE: ReadonlySet<string> = new Set(['/etc/kubernetes/admin.conf', '/var/lib/hoplab/kubeadm-done']);

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
    const [, files = ''] = /for file in (\S+(?: \S+)*); do\n *if \[ -e /.exec(command) ?? [];
    for (const file of files.split(' ').filter(Boolean)) channel.write(`${MADE.has(file) ? '+' : '-'} ${file}\n`);
    if (command.includes('kubectl') && command.includes('-o json')) channel.write('{"items":[]}');
    const [, hashed = ''] = /then sha256sum ([^;]+);/.exec(command) ?? [];
    for (const file of hashed.split(' ').filter(Boolean)) {
      channel.stderr.write(`sha256sum: ${file}: No such file or directory\n`);
    }
    answering(command, channel, connection);
  };
}

/** The same, with the nodes of a cluster. @param nodes as `kubectl get nodes -o json` prints them */
export const withNodes =
  (nodes: string): NonNullable<ServerOptions['exec']> =>
  (command, channel, connection) => {
    if (!command.includes(' get nodes -o json')) {
      slow()(command, channel, connection);
      return;
    }
    channel.write(nodes);
    channel.exit(0);
    channel.end();
  };

/** Lets in whoever knows a password. */
export const withPassword = (password: string) => (context: AuthContext) => {
  if (context.method === 'password' && context.password === password) context.accept();
  else context.reject(['password']);
};
