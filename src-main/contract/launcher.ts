import { z } from 'zod';
import { textSchema } from './text.ts';

const at = { path: z.string().describe('Absolute path of the command') };
const writable = { ...at, administrator: z.boolean().describe('macOS asks for an administrator before it is changed') };

/** What a new terminal of the user finds. */
const shellSchema = z.object({
  name: z.string().describe('`bash`'),
  inPath: z.boolean().describe("Whether the command's folder is in its PATH"),
  add: z.string().describe('The line that puts the folder there'),
  first: z.string().nullable().describe('Another `hoplab` that comes first in its PATH'),
});

/** The command `hoplab` for terminals, as the app on this computer brings it. */
export const launcherSchema = z.discriminatedUnion('state', [
  /** This Hoplab brings none: why, and how else the command is got. */
  z.object({ state: z.literal('unavailable'), reason: textSchema }),
  /** The package of the system brought it. */
  z.object({ state: z.literal('provided'), ...at }),
  z.object({ state: z.literal('absent'), ...writable }),
  /** `shell` is null where its PATH could not be read. */
  z.object({ state: z.literal('installed'), ...writable, shell: shellSchema.nullable() }),
  /** Hoplab's, but of an app at another place, or of another version. */
  z.object({ state: z.literal('outdated'), ...writable, starts: z.string() }),
  /** Somebody else's: it is never replaced, nor removed. */
  z.object({ state: z.literal('foreign'), ...at, what: textSchema }),
  z.object({ state: z.literal('unknown'), ...at, reason: z.string().describe("In the system's own words") }),
]);

export type Launcher = z.infer<typeof launcherSchema>;
export type LauncherShell = z.infer<typeof shellSchema>;
