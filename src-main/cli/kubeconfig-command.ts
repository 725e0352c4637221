import type { KubeconfigLine } from '../contract/lines.ts';
import type { Text } from '../contract/text.ts';
import { kubectlCommand, type RemovedContext, type WrittenContext } from '../contract/kubeconfig.ts';
import { UsageError, type Settings } from './command-settings.ts';
import { tellExplanation } from './tell-error.ts';
import { withLab } from './with-lab.ts';

export interface KubeconfigFlags {
  /** Make it the current context. */
  readonly use?: boolean;
  readonly remove?: boolean;
}

/** Writes or removes this lab's context for kubectl. Exit code 1 where the API server does not answer, or access was not ended. */
export function kubeconfigCommand(
  settings: Settings,
  { use = false, remove = false }: KubeconfigFlags,
): Promise<number> {
  if (use && remove) {
    throw new UsageError({
      en: 'Give either --use or --remove.',
      ja: '--use と --remove はどちらか一方だけ指定してください。',
    });
  }
  return withLab(settings, async (lab) => {
    if (remove) return tellRemoved(settings, await lab.kubeconfig.remove());
    return tellWritten(settings, await lab.kubeconfig.write(use));
  });
}

function tellWritten(settings: Settings, written: WrittenContext): number {
  const { context, file, copy, expires, unreached } = written;
  const day = expires.slice(0, 10);
  const how = kubectlCommand(written);
  const before: Text =
    copy === null ? { en: '', ja: '' } : { en: ` The file as it was: ${copy}.`, ja: `元のファイル: ${copy}。` };
  tell(
    settings,
    { event: 'context-written', ...written },
    {
      en: `Wrote the context ${context} to ${file}, valid until ${day}.${before.en} Next: \`${how}\``,
      ja: `コンテキスト ${context} を ${file} に書きました。有効期限は ${day} です。${before.ja}次は \`${how}\``,
    },
  );
  if (unreached) tellExplanation(unreached, settings);
  return unreached ? 1 : 0;
}

function tellRemoved(settings: Settings, removed: RemovedContext): number {
  const { files, revoked } = removed;
  const done: Text =
    files.length === 0
      ? {
          en: 'No kubeconfig has a context of this lab.',
          ja: 'このラボのコンテキストはどの kubeconfig にもありません。',
        }
      : {
          en: `Removed the context of this lab from ${files.join(', ')}.`,
          ja: `このラボのコンテキストを ${files.join('、')} から削除しました。`,
        };
  const still: Text = !revoked
    ? {
        en: ' The cluster was not reached, so the certificate still has access: run this again when it is.',
        ja: 'クラスターに届かなかったため、証明書はまだ有効です。届くようになったらもう一度実行してください。',
      }
    : { en: '', ja: '' };
  tell(settings, { event: 'context-removed', ...removed }, { en: done.en + still.en, ja: done.ja + still.ja });
  return revoked ? 0 : 1;
}

function tell({ terminal, json, language }: Settings, line: KubeconfigLine, text: Text): void {
  if (json) terminal.printJson(line);
  else terminal.print(text[language]);
}
