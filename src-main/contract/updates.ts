import { z } from 'zod';
import { textSchema } from './text.ts';

/** What is known of new versions of Hoplab. Nothing is asked of the network unless the user turned it on. */
export const updatesSchema = z.object({
  on: z.boolean(),
  page: z.string().nullable().describe('Home page of the project; null: it has none yet, and nothing is asked'),
  host: z.string().describe('Host that is asked, unless a mirror stands in its place'),
  due: z.boolean().describe('It is on, and was not looked for a day'),
  looked: z.string().nullable().describe('ISO 8601 in UTC: the last time; null: never'),
  failure: textSchema.nullable().describe('Why the last look read nothing; null: it did'),
  newest: z
    .object({ version: z.string(), notes: z.string().describe('Address of its release notes') })
    .nullable()
    .describe('That is newer than this Hoplab'),
  dismissed: z.boolean().describe('The user does not want to see `newest` again'),
});

export type Updates = z.infer<typeof updatesSchema>;
