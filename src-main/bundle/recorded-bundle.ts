import { Readable } from 'node:stream';
import type { Definition } from '../cluster/manifest.ts';
import type { Recording } from '../machines/recorded/recording.ts';
import { PIECE } from '../machines/upload.ts';
import { BundleError } from './bundle-error.ts';
import { findFile, type Bundle, type BundleFile, type BundleManifest } from './bundle.ts';

/** The bundle of a recording: what decisions need of it. Its files are as long as they were, and empty. */
export function recordedBundle({ bundle }: Recording): Bundle {
  const files = bundle.files.map((file): BundleFile => ({ ...file, open: () => zeros(file.size) }));
  return {
    arch: bundle.arch,
    kubernetes: bundle.kubernetes,
    ofKind: (kind) => files.filter((file) => file.kind === kind),
    file: (kind, name) => findFile(files, { kind, name, where: 'of the recording' }),
    manifest: async (name) => manifest(bundle, name),
  };
}

function manifest({ manifests }: Recording['bundle'], name: string): BundleManifest {
  const found = manifests[name];
  if (!found) {
    throw new BundleError({
      en: `The recording has no manifest ${name}: make the recording again with \`npm run record\`.`,
      ja: `記録にマニフェスト ${name} がありません。\`npm run record\` で記録し直してください。`,
    });
  }
  return {
    version: found.version,
    objects: found.objects,
    definitions: found.definitions.map((definition): Definition => ({
      ...definition,
      kind: 'CustomResourceDefinition',
      text: 'kind: recorded\nmetadata:\n',
    })),
  };
}

function zeros(size: number): Readable {
  const piece = Buffer.alloc(PIECE);
  let left = size;
  return new Readable({
    read() {
      const next = Math.min(left, piece.length);
      left -= next;
      this.push(next === 0 ? null : piece.subarray(0, next));
    },
  });
}
