import { serviceNameSchema, type ServiceRules } from '../contract/service-rules.ts';
import type { Text } from '../contract/text.ts';
import { Refused } from '../engine/refused.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { withLab } from './with-lab.ts';

export interface RulesFlags {
  readonly node?: string;
}

/** Shows the rules of a Service, mode by mode. Exit code 2 for a Service or node that there is not. */
export function rulesCommand(settings: Settings, given: string, { node }: RulesFlags): Promise<number> {
  const service = serviceNameSchema.safeParse(given).data;
  if (service === undefined) {
    throw new UsageError({
      en: `"${given}" is no Service: write NAMESPACE/NAME, for example kube-system/kube-dns.`,
      ja: `「${given}」は Service の名前ではありません。kube-system/kube-dns のように NAMESPACE/NAME と書いてください。`,
    });
  }
  return withLab(settings, async ({ rules }, stop) => {
    const found = await rules.of({ service, node }, stop.signal).catch((error: unknown) => {
      throw error instanceof Refused ? new UsageError(sentenceOf(error)) : error;
    });
    if (settings.json) settings.terminal.printJson(found);
    else settings.terminal.print(linesOf(found, settings).join('\n'));
    return 0;
  });
}

function sentenceOf({ title, remedy }: Refused): Text {
  return { en: `${title.en}. ${remedy.en}`, ja: `${title.ja}。${remedy.ja}` };
}

function linesOf({ service, node, now, modes }: ServiceRules, { language }: Settings): readonly string[] {
  const say = (text: Text) => text[language];
  const head = `${service} · ${node}`;
  const present = modes.some(({ mode }) => mode === now) ? [] : [say(now === null ? NOT_SAID : unread(now))];
  return [
    head,
    ...present,
    ...modes.flatMap(({ mode, time, rows }) => {
      const width = Math.max(...rows.map(({ place }) => place.length), 0);
      return [
        '',
        `${mode} · ${say(counted(rows.length))} · ${mode === now ? say(NOW) : time}`,
        ...rows.map(({ place, line, words }) => `  ${place.padEnd(width)}  ${words ?? line}`),
      ];
    }),
  ];
}

const NOW: Text = { en: 'now', ja: '現在' };
const NOT_SAID: Text = {
  en: 'kube-proxy on this node does not say in which mode it works.',
  ja: 'このノードの kube-proxy はモードを答えない。',
};

function unread(mode: string): Text {
  return {
    en: `kube-proxy on this node works with ${mode}, and its rules could not be read.`,
    ja: `このノードの kube-proxy は ${mode} モードだが、ルールを読めなかった。`,
  };
}

function counted(count: number): Text {
  return { en: count === 1 ? '1 line' : `${count} lines`, ja: `${count} 行` };
}
