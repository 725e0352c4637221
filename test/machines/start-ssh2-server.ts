import { onTestFinished } from 'vitest';
import { Ssh2Server, type ServerOptions } from './ssh2-server.ts';

/** An SSH server in this process, which ends with the test. */
export async function startSsh2Server(options: ServerOptions = {}): Promise<Ssh2Server> {
  const server = await Ssh2Server.listen(options);
  onTestFinished(() => server.stop());
  return server;
}
