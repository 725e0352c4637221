import type { Text } from '../contract/text.ts';

/** A bundle that cannot be used: the user has to mend it. */
export class BundleError extends Error {
  readonly text: Text;
  constructor(text: Text) {
    super(text.en);
    this.name = 'BundleError';
    this.text = text;
  }
}

/** Throws as an expression: `found ?? fail(error)`. */
export function fail(error: Error): never {
  throw error;
}

export function damaged(path: string): BundleError {
  return new BundleError({
    en: `${path} is not the file that the bundle's index.json describes (size or sha256): copy or make the bundle again.`,
    ja: `${path} はバンドルの index.json が示すファイルと異なります (サイズまたは sha256)。バンドルをコピーし直すか、作り直してください。`,
  });
}

export function missing(path: string): BundleError {
  return new BundleError({
    en: `${path} is missing or cannot be read: copy or make the bundle again.`,
    ja: `${path} がないか、読み取れません。バンドルをコピーし直すか、作り直してください。`,
  });
}
