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
  remove: { en: 'Remove the context', ja: 'コンテキストを削除' },
  written: (context: string, file: string, copy: string | null, expires: string): Text => ({
    en: `Wrote the context ${context} to ${file}, valid until ${expires}.${copy === null ? '' : ` The file as it was: ${copy}.`}`,
    ja: `コンテキスト ${context} を ${file} に書きました。有効期限は ${expires} です。${copy === null ? '' : `元のファイル: ${copy}`}`,
  }),
  removed: (files: string, revoked: boolean): Text => ({
    en: `${files === '' ? 'No kubeconfig has a context of this lab.' : `Removed the context from ${files}.`}${revoked ? '' : ' The cluster was not reached, so the certificate still has access.'}`,
    ja: `${files === '' ? 'このラボのコンテキストはどの kubeconfig にもありません。' : `コンテキストを ${files} から削除しました。`}${revoked ? '' : 'クラスターに届かなかったため、証明書はまだ有効です。'}`,
  }),
} as const;
