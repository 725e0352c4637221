import { homedir, hostname, userInfo } from 'node:os';
import { mapStrings } from '../map-strings.ts';
import type { Redactor } from '../rollout/redactor.ts';

/** Names of the user, the home folder and this computer, which a report that is sent does without. */
export interface PrivateWords {
  readonly home: string;
  readonly user: string;
  readonly host: string;
}

export function ownWords(): PrivateWords {
  return { home: homedir(), user: userInfo().username, host: hostname() };
}

/** A value of plain data without secrets and without private words. Addresses of the LAN stay: a report is about them. */
export function withoutPrivate<Value>(value: Value, words: PrivateWords, redactor: Redactor): Value {
  return mapStrings(redactor.value(value), (text) => anonymous(text, words));
}

function anonymous(text: string, { home, user, host }: PrivateWords): string {
  const [short = ''] = host.split('.');
  const named = [
    [home, '~'],
    [host, 'THIS-COMPUTER'],
    [short, 'THIS-COMPUTER'],
    // a system's own user tells nothing, and is a word of many outputs
    ...(['root', 'lab'].includes(user) ? [] : [[user, 'USER']]),
  ];
  return named.reduce(
    (clean, [word = '', instead = '']) => (word.length < 3 ? clean : without(clean, word, instead)),
    text,
  );
}

/** Without a word where it stands alone: `taro` of `taro@mac`, and not of `kentaro`. */
function without(text: string, word: string, instead: string): string {
  const parts = text.split(word);
  return parts.reduce((before, after) => {
    const inside = /[\w-]$/.test(before) || /^[\w-]/.test(after);
    return `${before}${inside && !word.startsWith('/') ? word : instead}${after}`;
  });
}
