import { algorithmName, type Sum } from '../bundle/sum.ts';
import { inUnits } from '../contract/in-units.ts';
import { DownloadError } from './download-error.ts';

/** What is downloaded, for messages. */
export interface Named {
  /** `kubelet v1.37.1`, or the reference of an image. */
  readonly what: string;
  /** The address at its publisher's. */
  readonly url: string;
}

/** @param host that answered in the end, such as a mirror's */
export function wrongSum({ what, url }: Named, { algorithm, hex }: Sum, found: string, host: string): DownloadError {
  const sum = algorithmName(algorithm);
  return new DownloadError('wrong-sum', url, {
    en: `${what} from ${url} (answered by ${host}) has the ${sum} ${found} and not ${hex}: it was deleted; try again, and if it stays so, ask who runs ${host}.`,
    ja: `${url} の ${what} (応答したホスト: ${host}) の ${sum} は ${found} で、${hex} ではありません。このファイルは削除しました。もう一度実行し、変わらなければ ${host} の管理者に問い合わせてください。`,
  });
}

export function wrongSize({ what, url }: Named, wanted: number, found: string, host: string): DownloadError {
  return new DownloadError('wrong-sum', url, {
    en: `${what} from ${url} (answered by ${host}) has ${found} bytes and not ${wanted}: it is another file; if it stays so, ask who runs ${host}.`,
    ja: `${url} の ${what} (応答したホスト: ${host}) は ${found} バイトで、${wanted} バイトではありません。別のファイルです。変わらなければ ${host} の管理者に問い合わせてください。`,
  });
}

export function cutOff({ what, url }: Named, have: number, cause?: unknown): DownloadError {
  const text = {
    en: `The connection broke while ${what} came from ${url}, after ${inUnits(have)}: run it again, and it goes on from there.`,
    ja: `${url} から ${what} をダウンロードしている間に、${inUnits(have)} で接続が切れました。もう一度実行すると、続きから再開します。`,
  };
  return new DownloadError('cut', url, text, { retryable: true, cause });
}

/** @param bytes that are still to come; undefined where that is not known */
export function diskFull(folder: string, bytes: number | undefined, url: string): DownloadError {
  const needs = bytes === undefined ? undefined : inUnits(bytes);
  return new DownloadError('disk-full', url, {
    en: `No space is left in ${folder}${needs === undefined ? '' : `, where ${needs} more are needed`}: make room there, for example with \`hoplab cache prune\`, or set HOPLAB_HOME to a folder on another disk.`,
    ja: `${folder} に空き容量がありません${needs === undefined ? '' : ` (あと ${needs} 必要です)`}。\`hoplab cache prune\` などで空けるか、HOPLAB_HOME に別のディスクのフォルダーを指定してください。`,
  });
}

/** An error of the file system as a sentence where that is about space; any other stays what it is. */
export function inWords(error: unknown, folder: string, bytes?: number, url = folder): unknown {
  const isFull = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
  return isFull ? diskFull(folder, bytes, url) : error;
}

export function busy(folder: string): DownloadError {
  return new DownloadError('busy', folder, {
    en: `The cache ${folder} is in use by a running download: wait for its end, or cancel it.`,
    ja: `キャッシュ ${folder} は実行中のダウンロードが使っています。終わるのを待つか、中止してください。`,
  });
}
