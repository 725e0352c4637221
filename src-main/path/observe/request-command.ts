import { embed, sh, type ShellCommand } from '../../machines/command.ts';
import type { Printed } from '../../machines/machine.ts';
import { CURL, DIG } from '../../machines/own-programs.ts';
import type { HttpHeader } from '../curl-words.ts';
import { literalAddress, type Known } from '../known.ts';
import type { Reply } from '../reply.ts';
import { maskedLine, maskedText } from '../secret-values.ts';
import { withoutSecrets, type HttpTarget, type Target } from '../target.ts';
import { curlConfig, type CurlOption } from './curl-config.ts';
import type { PortRange } from './trace-rules.ts';

/** Seconds that a request may take. */
const PATIENCE = 4;

/** A request as the client makes it. */
export interface RequestCommand {
  readonly command: ShellCommand;
  /** What the command reads: all that is said of the request, so that no list of processes shows it. */
  readonly input: string;
  /** Both as a person could type them, without secrets. */
  readonly shown: string;
}

/**
 * The request that the client makes. `mark`: a header that is sent besides, and tells this request from all others.
 * @throws Error for a target that does not start there
 */
export function requestCommand({ target, facts }: Known, ports: PortRange, mark?: HttpHeader): RequestCommand {
  if (target.kind === 'dns') {
    const server = literalAddress(target.server, { lab: facts.lab }) ?? target.server;
    const command = sh`${embed(DIG)} +tries=1 +time=${PATIENCE} +noall +answer +comments @${server} -p ${target.port} -q ${target.name}`;
    return { command, input: '', shown: command };
  }
  const { to } = target;
  if (target.from !== undefined || to.kind !== 'host') throw new Error(`${target.text} does not start at the client`);
  const address = literalAddress(to.host, { lab: facts.lab }) ?? to.host;
  const input = (http: HttpTarget) => curlConfig(optionsOf(http, { name: to.host, address }, mark));
  // `-v` tells of the handshake; without TLS there is no certificate to judge
  const range = `${ports.first}-${ports.last}`;
  const command = sh`${embed(CURL)} ${[target.secure ? '-v' : '-k']} -m ${PATIENCE} --local-port ${range} -D - -o /dev/null -w ${FORMAT} -K -`;
  const shown = `${command} <<'END'\n${input(withoutSecrets(target))}END`;
  return { command, input: input(target), shown };
}

/** Names of nodes are the lab file's: the client may not know them. */
interface Host {
  readonly name: string;
  readonly address: string;
}

function optionsOf({ words, port, secure, path }: HttpTarget, host: Host, mark?: HttpHeader): readonly CurlOption[] {
  const { method, body, address, insecure, cacert } = words;
  const headers = mark ? [...words.headers, mark] : words.headers;
  const usual = body === undefined ? 'GET' : 'POST';
  return [
    ['url', `${secure ? 'https' : 'http'}://${host.address}${port === undefined ? '' : `:${port}`}${path}`],
    ...(method === 'HEAD' ? ([['head']] as const) : method === usual ? [] : ([['request', method]] as const)),
    ...headers.map(({ name, value }) => ['header', `${name}: ${value}`] as const),
    ...(body === undefined ? [] : ([['data-raw', body]] as const)),
    ...(secure && insecure ? ([['insecure']] as const) : []),
    ...(secure && cacert !== undefined ? ([['cacert', cacert]] as const) : []),
    ...(address === undefined
      ? []
      : ([['resolve', `${host.name}:${port ?? (secure ? 443 : 80)}:${address}`]] as const)),
  ];
}

const FORMAT =
  '\\nhoplab %{http_code} %{local_ip} %{local_port} %{remote_ip} %{remote_port} %{time_connect} %{time_total}\\n';

const OWN_LINE = /^hoplab (\d+) (\S*) (-?\d+) (\S*) (-?\d+) ([\d.,]+) ([\d.,]+)$/;

/** What the client got, of what its command printed. `duration` in milliseconds: dig does not say it with an answer. */
export function readReply(target: Target, command: string, output: Printed & { readonly duration: number }): Reply {
  const lines = output.stdout.trim().split(/\r?\n/).map(maskedLine);
  const { handshake, complaint } = readErrors(output.stderr, target);
  const text = [...handshake, ...lines, complaint].join('\n');
  const base = { command, text, exitCode: output.exitCode, complaint, handshake, duration: output.duration };
  if (target.kind === 'dns') return readDig(base, lines);
  const own = lines.at(-1) ?? ''; // a server may have written such a line in its headers, too
  const [, status, source, port, remote, , connect, total] = OWN_LINE.exec(own) ?? [];
  const head = lines.filter((line) => /^HTTP\/\S+ \d+/.test(line)).at(-1);
  const sent = source !== undefined && source !== '' && Number(port) > 0;
  return {
    ...base,
    telling: [head ?? '', own, ...complaint.split('\n')],
    addresses: remote === undefined || remote === '' ? [] : [remote],
    status: Number(status ?? 0),
    connected: seconds(connect) > 0,
    duration: total === undefined ? output.duration : seconds(total) * 1000,
    source: sent ? source : undefined,
    sourcePort: sent ? Number(port) : undefined,
  };
}

/** With `-v` curl prints all that it sends and gets, which may be secret: what it says of TLS is kept, and its complaint. */
const OF_TLS =
  /^\* {1,3}(?:SSL connection using |ALPN: server |subject: |start date: |expire date: |subjectAltName: |issuer: |SSL certificate (?:verify ok|problem))/;

function readErrors(stderr: string, target: Target): Pick<Reply, 'handshake' | 'complaint'> {
  if (target.kind === 'dns' || !target.secure) return { handshake: [], complaint: maskedText(stderr.trim()) };
  const lines = stderr.split(/\r?\n/);
  const complaint = lines.filter((line) => line.startsWith('curl: ')).join('\n');
  return { handshake: lines.filter((line) => OF_TLS.test(line)), complaint: maskedText(complaint) };
}

/** dig exits with 0 for every answer: NOERROR with an address is one. 9: no server answered. */
function readDig(
  base: Pick<Reply, 'command' | 'text' | 'exitCode' | 'complaint' | 'handshake' | 'duration'>,
  lines: readonly string[],
): Reply {
  const status = /status: (\w+)/.exec(lines.join('\n'))?.[1] ?? '';
  const answers = lines.filter((line) => /\sIN\s+A\s/.test(line));
  const addresses = answers.flatMap((line) => line.split(/\s+/).at(-1) ?? []);
  const known = answers.length > 0;
  const unknown = base.exitCode === 0 && !known;
  const complaint = unknown ? `dig: ${status || 'no address'}` : base.complaint || lines.join(' ');
  const exitCode = unknown ? 6 : base.exitCode === 0 ? 0 : 28;
  const telling = [
    ...lines.filter((line) => /status: |no servers/.test(line)),
    ...answers,
    ...base.complaint.split('\n'),
  ];
  const sent = { source: undefined, sourcePort: undefined };
  return { ...base, telling, addresses, exitCode, complaint, status: 0, connected: base.exitCode === 0, ...sent };
}

function seconds(word: string | undefined): number {
  return Number((word ?? '0').replace(',', '.'));
}
