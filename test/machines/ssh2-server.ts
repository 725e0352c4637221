import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { connect, type AddressInfo, type Socket } from 'node:net';
import ssh2, { type Algorithms, type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';
import { hostKey, type HostKey } from '../../src-main/machines/known-hosts.ts';

export interface ServerOptions {
  readonly hostKeys?: readonly TestKey[];
  /** Default: everybody may come in. */
  readonly authenticate?: (context: AuthContext) => void;
  /** Sessions at once; a channel more is refused, as by sshd's MaxSessions. */
  readonly maxSessions?: number;
  /** What a command does; default: a shell of this computer runs it. */
  readonly exec?: (command: string, channel: ServerChannel, connection: Connection) => void;
  /** What a terminal does; default: none is given. */
  readonly shell?: (channel: ServerChannel, size: TerminalSize) => void;
  /** The port of this computer that a jump leads to; default: the one that was asked for. */
  readonly forward?: (address: string, port: number) => number;
  /** Default: those of ssh2. */
  readonly algorithms?: Algorithms;
  /** Default 0: any free port. */
  readonly port?: number;
}

/** The size of a terminal now; `changed` is called with each later one. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  changed: (columns: number, rows: number) => void;
}

export interface TestKey {
  readonly privateKey: string;
  readonly hostKey: HostKey;
}

/** A new RSA or EC key in a form that ssh2 reads. */
export function testKey(kind: 'rsa' | 'ec' = 'ec'): TestKey {
  const pem = {
    privateKeyEncoding: { type: kind === 'rsa' ? 'pkcs1' : 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  } as const;
  const { privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', {
          modulusLength: 2048,
          ...pem,
          privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        })
      : generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem, privateKeyEncoding: { type: 'sec1', format: 'pem' } });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  return { privateKey, hostKey: hostKey(parsed.getPublicSSH()) };
}

/** An SSH server in this process. */
export class Ssh2Server {
  readonly options: ServerOptions;
  readonly hostKey: HostKey;
  readonly connections = new Set<Connection>();
  /** Most sessions that were open at once, and how many were refused. */
  readonly sessions = { open: 0, most: 0, refused: 0 };
  readonly cipher: string[] = [];
  readonly #server: InstanceType<typeof ssh2.Server>;
  readonly #sockets = new Set<Socket>();

  constructor(options: ServerOptions = {}) {
    this.options = options;
    const keys = options.hostKeys ?? [testKey()];
    if (!keys[0]) throw new Error('a server needs a host key');
    this.hostKey = keys[0].hostKey;
    this.#server = new ssh2.Server(
      {
        hostKeys: keys.map(({ privateKey }) => privateKey),
        ...(options.algorithms && { algorithms: options.algorithms }),
      },
      (connection) => this.#serve(connection),
    );
  }

  static async listen(options: ServerOptions = {}): Promise<Ssh2Server> {
    const server = new Ssh2Server(options);
    await new Promise<void>((resolve) => server.#server.listen(options.port ?? 0, '127.0.0.1', () => resolve()));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections without a goodbye. */
  drop(): void {
    for (const connection of this.connections) (connection as Connection & { _sock: Socket })._sock.destroy();
  }

  /** Leaves the connections open and never answers again. */
  freeze(): void {
    for (const connection of this.connections) (connection as Connection & { _sock: Socket })._sock.pause();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.drop();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(connection: Connection): void {
    this.connections.add(connection);
    const { authenticate = (context: AuthContext) => context.accept() } = this.options;
    connection
      .on('authentication', authenticate)
      .on('handshake', ({ cs }) => this.cipher.push(cs.cipher))
      .on('error', () => undefined) // a client that refuses the host key says so
      .on('close', () => this.connections.delete(connection))
      .on('session', (accept, reject) => this.#session(connection, accept, reject))
      .on('tcpip', (accept, _reject, { destIP, destPort }) => this.#forward(accept(), destIP, destPort));
  }

  #session(connection: Connection, accept: () => Session, reject: () => void): void {
    const { sessions } = this;
    if (sessions.open >= (this.options.maxSessions ?? Infinity)) {
      sessions.refused += 1;
      reject();
      return;
    }
    sessions.open += 1;
    sessions.most = Math.max(sessions.most, sessions.open);
    const session = accept();
    session.on('exec', (acceptExec, _reject, { command }) => {
      const channel = acceptExec();
      channel.once('close', () => (sessions.open -= 1));
      (this.options.exec ?? runHere)(command, channel, connection);
    });
    const { shell } = this.options;
    if (shell) this.#terminal(session, shell);
  }

  #terminal(session: Session, shell: NonNullable<ServerOptions['shell']>): void {
    let size: TerminalSize = { columns: 80, rows: 24, changed: () => undefined };
    session.on('pty', (accept, _reject, { cols, rows }) => {
      size = { ...size, columns: cols, rows };
      accept();
    });
    session.on('window-change', (accept: (() => void) | undefined, _reject, { cols, rows }) => {
      size.changed(cols, rows);
      accept?.();
    });
    session.on('shell', (accept) => {
      const channel = accept();
      channel.once('close', () => (this.sessions.open -= 1));
      shell(channel, size);
    });
  }

  #forward(channel: ServerChannel, address: string, port: number): void {
    const { forward } = this.options;
    const socket = forward ? connect(forward(address, port), '127.0.0.1') : connect(port, address);
    this.#sockets.add(socket);
    socket.on('error', () => channel.close());
    channel.on('error', () => socket.destroy());
    socket.on('close', () => channel.close());
    channel.on('close', () => socket.destroy());
    channel.pipe(socket).pipe(channel);
  }
}

function runHere(command: string, channel: ServerChannel): void {
  const child = spawn('sh', ['-c', command], { stdio: 'pipe' });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => undefined); // the command ended before it read its input
  child.stdout.on('data', (data: Buffer) => channel.write(data));
  child.stderr.on('data', (data: Buffer) => channel.stderr.write(data));
  child.once('close', (code, signal) => {
    if (code === null) channel.exit((signal ?? 'SIGKILL').replace('SIG', ''));
    else channel.exit(code);
    channel.end();
    channel.close();
    channel.resume(); // its pipe into the command ended with that: what is unread would keep it open
  });
}
