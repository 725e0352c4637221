import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import type { Entry } from './blobs.ts';
import { LARGEST_INDEX, type IndexImage } from './bundle-index.ts';
import { noImageArchive } from './image-archive-error.ts';

/** The files of an archive, by their names in it. */
export type Entries = ReadonlyMap<string, Entry>;

/** An image, and what names it in its archive. */
export interface NamedImage extends Pick<IndexImage, 'digest' | 'mediaType' | 'size'> {
  readonly names: readonly string[];
}

/** A small file of an archive. @throws BundleError */
export async function readJson<Schema extends z.ZodType>(
  schema: Schema,
  { entries, name, place }: { entries: Entries; name: string; place: string },
): Promise<z.output<Schema>> {
  const entry = entries.get(name);
  if (!entry || entry.size > LARGEST_INDEX) throw noImageArchive(place, entry ? `${name} is too large` : `no ${name}`);
  const content = await text(await entry.open());
  const parsed = schema.safeParse(plain(content));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw noImageArchive(place, `${name}: ${[...(issue?.path ?? []), issue?.message ?? ''].join(' ')}`);
}

function plain(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
