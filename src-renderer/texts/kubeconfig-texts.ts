import type { RemovedContext, WrittenContext } from '../../src-main/contract/kubeconfig.ts';
import type { Text } from '../../src-main/contract/text.ts';

/** The context for kubectl. */
export const kubeconfigTexts = {
  open: { en: 'Use kubectl on this computer', ja: 'このコンピューターで kubectl を使う' },
  title: { en: 'kubectl on this computer', ja: 'このコンピューターの kubectl' },
  about: {
    en: 'Adds a context of this lab to your kubeconfig, with a certificate of its own. k9s and Headlamp use it as well.',
    ja: 'kubeconfig に、専用の証明書を持つこのラボのコンテキストを追加します。k9s と Headlamp でも使えます。',
  },
  use: { en: 'Make it the current context', ja: '現在のコンテキストにする' },
  write: { en: 'Write the context', ja: 'コンテキストを書き込む' },
  working: { en: 'Working…', ja: '処理中…' },
  remove: { en: 'Remove', ja: '削除' },
  written: ({ context, file, copy, expires }: WrittenContext): Text => ({
    en: `Wrote the context ${context} to ${file}, valid until ${expires.slice(0, 10)}.${copy === null ? '' : ` The file as it was: ${copy}.`}`,
    ja: `コンテキスト ${context} を ${file} に書きました。有効期限は ${expires.slice(0, 10)} です。${copy === null ? '' : `元のファイル: ${copy}`}`,
  }),
  removed: ({ files, revoked }: RemovedContext): Text => ({
    en: `${files.length === 0 ? 'No kubeconfig has a context of this lab.' : `Removed the context from ${files.join(', ')}.`}${revoked ? '' : ' The cluster was not reached, so the certificate still has access.'}`,
    ja: `${files.length === 0 ? 'このラボのコンテキストはどの kubeconfig にもありません。' : `コンテキストを ${files.join('、')} から削除しました。`}${revoked ? '' : 'クラスターに届かなかったため、証明書はまだ有効です。'}`,
  }),
} as const;
