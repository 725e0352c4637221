import { BundleError } from './bundle-error.ts';

/** @param why in English, for experts */
export function noImageArchive(place: string, why: string): BundleError {
  return new BundleError({
    en: `${place} is neither an OCI image layout nor an archive of \`docker save\` (${why}): make it again with \`docker save -o FILE IMAGE\`, and do not compress it.`,
    ja: `${place} は OCI イメージレイアウトでも \`docker save\` のアーカイブでもありません (${why})。\`docker save -o ファイル イメージ\` で作り直し、圧縮しないでください。`,
  });
}

/** @param what the names that are there, which are not whole */
export function imageWithoutName(place: string, what: readonly string[]): BundleError {
  const there = what.length > 0 ? what.join(', ') : '-';
  return new BundleError({
    en: `${place} has no image with a whole name (found: ${there}): save it by its name, \`docker save -o FILE REGISTRY/NAME:TAG\`.`,
    ja: `${place} に完全な名前のイメージがありません (あるもの: ${there})。\`docker save -o ファイル レジストリ/名前:タグ\` のように、名前を指定して保存してください。`,
  });
}

export function noPlatform(place: string, reference: string): BundleError {
  return new BundleError({
    en: `${place} has ${reference} neither for linux/amd64 nor for linux/arm64: build the image for the architecture of the nodes, and save it again.`,
    ja: `${place} の ${reference} は linux/amd64 用でも linux/arm64 用でもありません。ノードのアーキテクチャ用にビルドして、保存し直してください。`,
  });
}

/** @param path the archive with the name of its file */
export function damagedImage(path: string): BundleError {
  return new BundleError({
    en: `${path} is missing, or is not what the image says (size or sha256): copy or save the image again.`,
    ja: `${path} がないか、イメージの記述と異なります (サイズまたは sha256)。コピーし直すか、保存し直してください。`,
  });
}
