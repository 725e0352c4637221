import type { Text } from '../contract/text.ts';

/** What is wrong with manifests of the user, and what to do about it. */
export interface WrongManifest {
  readonly text: Text;
  readonly remedy: Text;
}

const OBJECT: Text = {
  en: 'Give each document apiVersion, kind and metadata.name as Kubernetes wants them.',
  ja: '各ドキュメントに apiVersion、kind、metadata.name を Kubernetes の形式で書いてください。',
};

/** By what is wrong. `name` is that of a file or folder, `place` a line of a file. */
export const manifestTexts = {
  noManifests: (name: string): WrongManifest => ({
    text: {
      en: `${name} has no manifest: no object in a file .yaml, .yml or .json.`,
      ja: `${name} にマニフェストがありません (.yaml、.yml、.json のファイルにオブジェクトがない)。`,
    },
    remedy: {
      en: 'Name the folder that has the manifests; the folders in it are not looked into.',
      ja: 'マニフェストがあるフォルダーを指定してください。その中のフォルダーは読みません。',
    },
  }),
  kustomize: (name: string): WrongManifest => ({
    text: { en: `${name} is for Kustomize.`, ja: `${name} は Kustomize のフォルダーです。` },
    remedy: {
      en: 'Write what it makes into a file, and name that: `kubectl kustomize FOLDER > app.yaml`.',
      ja: '生成結果をファイルに書き、そのファイルを指定してください: `kubectl kustomize フォルダー > app.yaml`',
    },
  }),
  helm: (name: string): WrongManifest => ({
    text: { en: `${name} is a Helm chart.`, ja: `${name} は Helm チャートです。` },
    remedy: {
      en: 'Write what it makes into a file, and name that: `helm template NAME FOLDER > app.yaml`.',
      ja: '生成結果をファイルに書き、そのファイルを指定してください: `helm template 名前 フォルダー > app.yaml`',
    },
  }),
  unreadable: (name: string): WrongManifest => ({
    text: { en: `${name} cannot be read.`, ja: `${name} を読み取れません。` },
    remedy: { en: 'Make it a file that you may read.', ja: '読み取れるファイルにしてください。' },
  }),
  tooLarge: (name: string): WrongManifest => ({
    text: { en: `${name} is too large or nested too deeply.`, ja: `${name} が大きすぎるか、入れ子が深すぎます。` },
    remedy: { en: 'Divide it into several files.', ja: '複数のファイルに分けてください。' },
  }),
  notYaml: (place: Text): WrongManifest => ({
    text: { en: `There is no valid YAML on ${place.en}.`, ja: `${place.ja}が YAML として正しくありません。` },
    remedy: {
      en: 'Correct it; `kubectl apply --dry-run=client -f FILE` says more.',
      ja: '直してください。`kubectl apply --dry-run=client -f ファイル` で詳しく分かります。',
    },
  }),
  noObject: (place: Text): WrongManifest => ({
    text: {
      en: `What begins on ${place.en} is not an object of Kubernetes.`,
      ja: `${place.ja}から始まる内容が Kubernetes のオブジェクトではありません。`,
    },
    remedy: OBJECT,
  }),
  generatedName: (place: Text): WrongManifest => ({
    text: {
      en: `What begins on ${place.en} has generateName: each time it would be another object.`,
      ja: `${place.ja}から始まるオブジェクトに generateName があり、毎回別のオブジェクトになります。`,
    },
    remedy: { en: 'Give it metadata.name.', ja: 'metadata.name を書いてください。' },
  }),
  secretNotText: (place: Text, key: string): WrongManifest => ({
    text: {
      en: `"${key}" of the Secret that begins on ${place.en} is not text.`,
      ja: `${place.ja}から始まる Secret の「${key}」が文字列ではありません。`,
    },
    remedy: { en: 'Write its value in quotes.', ja: '値を引用符で囲んでください。' },
  }),
  noImage: (place: Text, image: string): WrongManifest => ({
    text: {
      en: `"${image}", in what begins on ${place.en}, is not the name of an image.`,
      ja: `${place.ja}から始まるオブジェクトの「${image}」はイメージの名前ではありません。`,
    },
    remedy: {
      en: 'Write it as REGISTRY/PATH:TAG, in lower-case letters.',
      ja: '「レジストリ/パス:タグ」のように英小文字で書いてください。',
    },
  }),
  twice: (place: Text, before: Text, object: string): WrongManifest => ({
    text: {
      en: `${object}, which begins on ${place.en}, is stated on ${before.en} already.`,
      ja: `${place.ja}から始まる ${object} は、${before.ja}にもあります。`,
    },
    remedy: { en: 'Keep one of them.', ja: 'どちらか一方だけにしてください。' },
  }),
  elsewhere: (object: string, before: string): WrongManifest => ({
    text: { en: `${object} is stated in ${before} already.`, ja: `${object} は ${before} にもあります。` },
    remedy: { en: 'Keep one of them.', ja: 'どちらか一方だけにしてください。' },
  }),
} as const;
