import type { Fact } from '../facts/fact.ts';
import { linesOf } from '../facts/entries.ts';
import { noAnswer } from '../facts/no-answer.ts';
import { embed, sh, type ShellCommand } from '../machines/command.ts';
import { kubectl } from './kubectl.ts';

/** A connection that NGINX closed, for it did not begin with a header of the PROXY protocol. */
export interface MissingHeader {
  readonly client: string;
  /** Of the line in NGINX's log what stands behind the request, which may hold secrets. */
  readonly line: string;
}

/** What shows the log of NGINX's pods in the last 10 s. @param pods a name, or a selector: `-l`, `app=nginx` */
export function nginxLog(namespace: string, pods: readonly string[]): ShellCommand {
  return kubectl`-n ${namespace} logs ${pods} -c nginx --since=10s`;
}

/** The connections that such a log tells of, the last one last. Source: nginx, src/core/ngx_proxy_protocol.c (`broken header`). */
export function missingHeaders(log: ShellCommand): Fact<readonly MissingHeader[]> {
  return {
    id: 'nginx-log',
    sudo: true,
    slow: true,
    command: sh`
      log=$(${embed(log)}) || exit 2
      printf '%s\\n' "$log" | grep -ao ${'while reading PROXY protocol, client: [0-9a-f.:]*, server: [0-9a-f.:]*'}`,
    accept: [0, 1], // 1: no line is about that
    parse(printed) {
      if (printed.exitCode === 0 && printed.stdout.trim() === '') throw noAnswer(printed);
      return linesOf(printed.stdout, (line) => {
        const client = /^while reading PROXY protocol, client: ([\d.a-f:]+), server/.exec(line)?.[1];
        return client === undefined ? undefined : { client, line };
      });
    },
  };
}
