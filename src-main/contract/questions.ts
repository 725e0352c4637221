import { z } from 'zod';
import { textSchema } from './text.ts';

/** Something that only the user can answer while machines are opened. It waits until it is answered or nobody needs it. */
export const questionSchema = z.object({
  id: z.string(),
  kind: z.enum(['host-key', 'password', 'sudo-password', 'passphrase']),
  machine: z.string(),
  sentence: textSchema,
  fingerprint: z.string().nullable().describe('Of the host key that the machine shows'),
  keyFile: z.string().nullable().describe('Whose passphrase is asked for'),
});

/** `accept` for host keys, `secret` for the others; `refuse` makes what asked fail with a sentence. */
export const questionAnswerSchema = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('accept') }),
  z.object({ answer: z.literal('refuse') }),
  z.object({
    answer: z.literal('secret'),
    secret: z.string().max(4096),
    remember: z.boolean().describe('Keep it for the next time, where `about.secretStore` says'),
  }),
]);

export type OpenQuestion = z.infer<typeof questionSchema>;
export type QuestionAnswer = z.infer<typeof questionAnswerSchema>;
