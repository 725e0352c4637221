import { z } from 'zod';

/** A sentence that a person reads, in both languages of the product. A missing translation does not compile. */
export const textSchema = z.object({ en: z.string(), ja: z.string() }).readonly();

export type Text = z.infer<typeof textSchema>;
export type Language = keyof Text;

/** A text that is the same in both languages: an address, an output. */
export function verbatim(text: string): Text {
  return { en: text, ja: text };
}
