import { Readable } from 'node:stream';
import type { Definition } from '../cluster/manifest.ts';
import type { Recording } from '../machines/recorded/recording.ts';
import { PIECE } from '../machines/upload.ts';
import { BundleError } from './bundle-error.ts';
import { membersOf } from './catalogue.ts';
import { findFile, type Bundle, type BundleManifest, type Cargo } from './bundle.ts';

/** The bundle of a recording: what decisions need of it. Its files are as long as they were, and empty. */
export function recordedBundle({ bundle }: Recording): Bundle {
  const { files, images } = bundle;
  const sizes = new Map(images.map(({ reference, size }) => [reference, size]));
  return {
    arch: bundle.arch,
    kubernetes: bundle.kubernetes,
    references: new Set(sizes.keys()),
    version: (name) => findFile(files, { name, where: 'of the recording' }).version,
    async file(name, arch) {
      const file = findFile(files, { name, arch, where: 'of the recording' });
      const members = membersOf(bundle.kubernetes, name);
      return { ...file, members, packed: file.kind === 'binary', travel: async () => zeros(file.size) };
    },
    manifest: async (name) => manifest(bundle, name),
    async images(references) {
      const size = references.reduce((sum, reference) => sum + (sizes.get(reference) ?? 0), 0);
      return zeros(size);
    },
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

function zeros(size: number): Cargo {
  const piece = Buffer.alloc(PIECE);
  const open = () => {
    let left = size;
    return new Readable({
      read() {
        const next = Math.min(left, piece.length);
        left -= next;
        this.push(next === 0 ? null : piece.subarray(0, next));
      },
    });
  };
  return { size, open };
}
