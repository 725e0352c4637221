import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/** The proxy that this computer's own curl asks for http, and the names that it leaves out. */
export interface OwnProxy {
  readonly proxy: string;
  readonly without: readonly string[];
  /** Where it is stated. */
  readonly place: '~/.curlrc' | '~/.config/curlrc' | 'http_proxy' | 'all_proxy';
}

/**
 * Undefined: it asks none. Sources: curl(1), and the environment in which commands start: Hoplab's own of this computer, or the
 * one of an SSH session; Hoplab's commands themselves ask no proxy. A name and
 * password of the proxy are not read.
 */
export const ownProxy: Fact<OwnProxy | undefined> = {
  id: 'own-proxy',
  command: sh`tr '\\0' '\\n' < /proc/$PPID/environ 2> /dev/null | grep -i '^[a-z]*_proxy=' | sed -E 's|//[^/@]*@|//|; s/^/env /'; for file in .curlrc .config/curlrc; do sed -E "s|//[^/@]*@|//|; s|^|~/$file |" "$HOME/$file" 2> /dev/null; done; echo ==`,
  parse(printed) {
    const [found, end] = printed.stdout.split(/^==\n/m);
    if (found === undefined || end === undefined) throw noAnswer(printed);
    const lines = linesOf(found, (line) => (/^(?:env |~\/)/.test(line) ? line : undefined));
    return ofCurlrc(lines) ?? ofEnvironment(lines);
  },
};

function ofCurlrc(lines: readonly string[]): OwnProxy | undefined {
  const found = lines.flatMap((line) => {
    const [, place = '', key = '', value = ''] =
      /^(~\/(?:\.config\/|\.)curlrc) \s*(?:--)?(proxy|-x|noproxy)(?:\s*[=:]\s*|\s+|(?<=-x))"?([^"\s]+)/.exec(line) ??
      [];
    return key === '' ? [] : [{ place: place as OwnProxy['place'], key, value }];
  });
  const proxy = found.find(({ key }) => key !== 'noproxy');
  const without = found.filter(({ key }) => key === 'noproxy').flatMap(({ value }) => value.split(','));
  return proxy && { proxy: proxy.value, without, place: proxy.place };
}

/** curl knows http_proxy in small letters only, the others in both. */
function ofEnvironment(lines: readonly string[]): OwnProxy | undefined {
  const value = (names: readonly string[]) =>
    names
      .map((name) => lines.find((line) => line.startsWith(`env ${name}=`))?.slice(`env ${name}=`.length))
      .find(Boolean);
  const without = (value(['no_proxy', 'NO_PROXY']) ?? '').split(',').map((name) => name.trim());
  const http = value(['http_proxy']);
  if (http !== undefined) return { proxy: http, without, place: 'http_proxy' };
  const all = value(['all_proxy', 'ALL_PROXY']);
  return all === undefined ? undefined : { proxy: all, without, place: 'all_proxy' };
}
