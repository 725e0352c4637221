import { sh, type ShellCommand } from '../../machines/command.ts';
import type { Printed } from '../../machines/machine.ts';
import type { HttpHeader } from '../curl-words.ts';
import { literalAddress, type Known } from '../known.ts';
import type { Reply } from '../reply.ts';
import type { Target } from '../target.ts';
import type { PortRange } from './trace-rules.ts';

/** Seconds that a request may take. */
const PATIENCE = 4;

/**
 * The request that the client makes. `mark`: a header that is sent besides, and tells this request from all others.
 * @throws Error for a target that does not start there
 */
export function requestCommand({ target, facts }: Known, ports: PortRange, mark?: HttpHeader): ShellCommand {
  const range = `${ports.first}-${ports.last}`;
  if (target.kind === 'dns') {
    const server = literalAddress(target.server, { lab: facts.lab }) ?? target.server;
    return sh`dig +tries=1 +time=${PATIENCE} +noall +answer +comments @${server} -p ${target.port} ${target.name}`;
  }
  if (target.from !== undefined || target.to.kind !== 'host')
    throw new Error(`${target.text} does not start at the client`);
  const words = [...optionsOf(target, target.to.host), ...(mark ? ['-H', headerText(mark)] : [])];
  return sh`curl -sS -k -m ${PATIENCE} --local-port ${range} -D - -o /dev/null -w ${FORMAT} ${words} ${urlOf(target, target.to.host, facts.lab)}`;
}

function optionsOf({ words: { method, headers, body, address }, port, secure }: Http, host: string): readonly string[] {
  const usual = body === undefined ? 'GET' : 'POST';
  return [
    ...(method === 'HEAD' ? ['-I'] : method === usual ? [] : ['-X', method]),
    ...headers.flatMap((header) => ['-H', headerText(header)]),
    ...(body === undefined ? [] : ['--data-raw', body]),
    ...(address === undefined ? [] : ['--resolve', `${host}:${port ?? (secure ? 443 : 80)}:${address}`]),
  ];
}

function headerText({ name, value }: HttpHeader): string {
  return `${name}: ${value}`;
}

const FORMAT = '\\nhoplab %{http_code} %{local_ip} %{local_port} %{time_connect} %{time_total}\\n';

type Http = Extract<Target, { kind: 'http' }>;

/** Names of nodes are the lab file's: the client may not know them. */
function urlOf({ secure, port, path }: Http, host: string, lab: Known['facts']['lab']): string {
  const to = literalAddress(host, { lab }) ?? host;
  return `${secure ? 'https' : 'http'}://${to}${port === undefined ? '' : `:${port}`}${path}`;
}

/** What the client got, of what its command printed. `duration` in milliseconds: dig does not say it with an answer. */
export function readReply(target: Target, command: string, output: Printed & { readonly duration: number }): Reply {
  const lines = output.stdout.trim().split('\n');
  const complaint = output.stderr.trim();
  const base = { command, lines, exitCode: output.exitCode, complaint, duration: output.duration };
  if (target.kind === 'dns') return readDig(base, lines);
  const [, status, source, port, connect, total] =
    /^hoplab (\d+) (\S*) (-?\d+) ([\d.,]+) ([\d.,]+)$/m.exec(output.stdout) ?? [];
  const sent = source !== undefined && source !== '' && Number(port) > 0;
  return {
    ...base,
    status: Number(status ?? 0),
    connected: seconds(connect) > 0,
    duration: total === undefined ? output.duration : seconds(total) * 1000,
    source: sent ? source : undefined,
    sourcePort: sent ? Number(port) : undefined,
  };
}

/** dig exits with 0 for every answer: NOERROR with an address is one. 9: no server answered. */
function readDig(base: Omit<Reply, 'status' | 'connected' | 'source' | 'sourcePort'>, lines: readonly string[]): Reply {
  const status = /status: (\w+)/.exec(lines.join('\n'))?.[1] ?? '';
  const known = lines.some((line) => /\sIN\s+A\s/.test(line));
  const unknown = base.exitCode === 0 && !known;
  const complaint = unknown ? `dig: ${status || 'no address'}` : base.complaint || lines.join(' ');
  const exitCode = unknown ? 6 : base.exitCode === 0 ? 0 : 28;
  return { ...base, exitCode, complaint, status: 0, connected: known, source: undefined, sourcePort: undefined };
}

function seconds(word: string | undefined): number {
  return Number((word ?? '0').replace(',', '.'));
}
