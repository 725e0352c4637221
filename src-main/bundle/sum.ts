import { z } from 'zod';

export const algorithmSchema = z.enum(['sha256', 'sha512']);
export type Algorithm = z.infer<typeof algorithmSchema>;

/** What a file is known by. */
export interface Sum {
  readonly algorithm: Algorithm;
  /** Lower-case. */
  readonly hex: string;
}

/** Whether a text is the hex of such a sum, in small letters or capitals. */
export function isSum(text: string, algorithm: Algorithm): boolean {
  return /^[0-9a-f]+$/i.test(text) && text.length === { sha256: 64, sha512: 128 }[algorithm];
}

/** As people write it: `SHA-256`. */
export function algorithmName(algorithm: Algorithm): string {
  return algorithm.replace('sha', 'SHA-');
}
