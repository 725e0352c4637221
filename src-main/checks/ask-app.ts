import { addressOf } from '../address-of.ts';
import type { Evidence } from '../contract/events.ts';
import { hostNames } from '../lab/lab.ts';
import { appImages } from '../lab/object-names.ts';
import { objectName } from '../facts/network-values.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import type { Question } from './check.ts';
import { resolveOptions } from './https.ts';

export interface AppAnswer {
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;
  /** The pod's name where the app tells it (agnhost does, at /hostname), else empty. */
  readonly pod: string;
  /** Whether the app answered: an HTTP status below 400, from a pod where the app tells it. */
  readonly ok: boolean;
  readonly body: string;
  /** For people: `200 shortener-service-7d9-x2x`, or curl's complaint. */
  readonly text: string;
}

export interface AppRequest {
  /** Sent as the Host header. */
  readonly host?: string;
  /** Further options of curl. */
  readonly options?: readonly string[];
  /** With its question mark. */
  readonly query?: string;
}

/** One HTTP request from the client, as the user would type it. */
export async function askApp(
  question: Question,
  url: string,
  { host, options = [], query = '' }: AppRequest = {},
): Promise<AppAnswer> {
  const header = host === undefined ? [] : ['-H', `Host: ${host}`];
  const whole = `${url}${appPath(question)}${query}`;
  const words = [...header, ...redirected(question, host ?? addressOf(url)?.hostname), ...options];
  return read(await question.run(sh`${embed(CURL)} -m 3 -w ${'\\n%{http_code}'} ${words} ${whole}`), question);
}

/** Where the lab has TLS, HTTP may lead to HTTPS: for the same host, with the same headers. Its certificate is for the stage tls to judge. */
export function redirected({ lab }: Pick<Question, 'lab'>, host: string | undefined): readonly string[] {
  const isOwn = host !== undefined && hostNames(lab).includes(host);
  return lab.optional.tls && isOwn ? ['-k', '--location-trusted', ...resolveOptions(lab, host)] : [];
}

/** The path that tells which pod answered. */
export function appPath(question: Question): string {
  return tellsPod(question) ? '/hostname' : '/';
}

/** Whether the app answers with the name of its pod there. */
export function tellsPod({ lab }: Question): boolean {
  return appImages(lab).every((image) => /\/agnhost[:@]/.test(image));
}

function read({ stdout, stderr }: Evidence, question: Question): AppAnswer {
  const end = stdout.lastIndexOf('\n');
  const status = Number(/^\d{3}$/.exec(stdout.slice(end + 1))?.[0] ?? 0);
  const body = stdout.slice(0, Math.max(end, 0));
  const fine = status >= 200 && status < 400;
  const pod = fine && tellsPod(question) && isPodName(body.trim()) ? body.trim() : '';
  const text = status === 0 ? stderr.trim() || '—' : `${status} ${pod}`.trim();
  return { status, pod, ok: fine && (pod !== '' || !tellsPod(question)), body, text };
}

export function isPodName(text: string): boolean {
  return objectName.safeParse(text).success;
}
