import type { ClientChannel } from 'ssh2';
import type { Shell } from '../machine.ts';

/** A shell channel with a terminal, as the Machine seam has it. */
export function sshShell(channel: ClientChannel, signal: AbortSignal | undefined): Shell {
  const close = () => channel.close();
  signal?.addEventListener('abort', close);
  channel.once('close', () => signal?.removeEventListener('abort', close));
  return {
    output: channel,
    write: (data) => void channel.write(data),
    resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
    close,
  };
}
