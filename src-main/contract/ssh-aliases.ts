import { z } from 'zod';
import { textSchema, type Text } from './text.ts';

/** What a machine has of an alias of `~/.ssh/config`: what the lab file states itself is not among it. */
export const takenAliasSchema = z.object({
  alias: z.string(),
  user: z.string().optional(),
  port: z.number().optional(),
  key: z.string().optional().describe('Absolute path'),
  jump: z.string().optional().describe('`ops@192.168.2.1:22`; without user where the config names none'),
  skipped: z.array(textSchema).describe('What was not evaluated, a sentence each'),
});

export type TakenAlias = z.infer<typeof takenAliasSchema>;

/** `192.168.2.10 from ~/.ssh/config (alias cp): user lab, key /home/taro/.ssh/lab`, and what was not evaluated. */
export function aliasWords({ alias, user, port, key, jump, skipped }: TakenAlias, address: string): Text {
  const named = [
    [{ en: 'user', ja: 'ユーザー' }, user],
    [{ en: 'port', ja: 'ポート' }, port],
    [{ en: 'key', ja: '鍵' }, key],
    [{ en: 'jump host', ja: '踏み台' }, jump],
  ] as const;
  const taken = named.filter(([, value]) => value !== undefined);
  const list = (language: 'en' | 'ja') => taken.map(([name, value]) => `${name[language]} ${value ?? ''}`);
  const [en, ja] = [list('en').join(', '), list('ja').join('、')];
  return {
    en: [`${address} from ~/.ssh/config (alias ${alias})${en && `: ${en}`}`, ...skipped.map((one) => one.en)].join(
      '. ',
    ),
    ja: [`~/.ssh/config (エイリアス ${alias}) から ${address}${ja && `、${ja}`}`, ...skipped.map((one) => one.ja)].join(
      '。',
    ),
  };
}
