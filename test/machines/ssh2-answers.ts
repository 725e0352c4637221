import type { AuthContext, ServerChannel } from 'ssh2';
import type { ServerOptions } from './ssh2-server.ts';

/** Answers every command at once, and runs none. */
export const answering: NonNullable<ServerOptions['exec']> = (command, channel) => {
  channel.write(command.includes('uname -s') ? 'Linux\nmachine\nx86_64\n2\n4096\n\n\n\n\n' : '');
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
