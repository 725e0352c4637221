import { z } from 'zod';

/** What the user chose, kept in Hoplab's folder. `view` is the renderer's own: panes, chosen stage, hidden layers. */
export const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'ja']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  notifications: z.boolean().default(true).describe('When a long rollout ends'),
  updates: z.boolean().default(false).describe('Look for new versions, once a day'),
  view: z
    .record(z.string().max(200), z.string().max(10_000))
    .default({})
    .refine((view) => JSON.stringify(view).length <= 100_000, 'too large'),
});

/** A change of settings: what is left out stays; keys of `view` are merged. */
export const settingsChangeSchema = z.object({
  language: z.enum(['system', 'en', 'ja']).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  notifications: z.boolean().optional(),
  updates: z.boolean().optional(),
  view: z.record(z.string().max(200), z.string().max(10_000)).optional(),
});

/** What this engine is, and what its door can do. */
export const aboutSchema = z.object({
  hoplab: z.string().describe('Version'),
  door: z.enum(['desktop', 'browser', 'cli']),
  platform: z.enum(['macos', 'linux', 'windows', 'other']),
  systemLanguage: z.enum(['en', 'ja']),
  home: z.string().describe("Hoplab's folder: settings, known hosts, journals"),
  localTerminal: z.boolean().describe('Terminals on this computer can be opened'),
  chooseFile: z.boolean().describe("The system's own dialog for choosing a file can be shown"),
  secretStore: z
    .enum(['system', 'file'])
    .describe(
      'Where secrets are remembered: `system`, encrypted by the operating system; `file`, as they are, in a file that only this user and root can read',
    ),
  kubernetesVersions: z.array(z.string()).describe('That can be rolled out'),
});

/** A host key that is pinned, for the list in the settings. */
export const knownHostSchema = z.object({ host: z.string(), type: z.string(), fingerprint: z.string() });

/** A secret that the user asked Hoplab to remember, without the secret. */
export const rememberedSecretSchema = z.object({
  id: z.string().min(1).max(2000),
  lab: z.string().describe('Name of its lab; of one that is not in the list any more, its id'),
  kind: z.enum(['password', 'sudo-password', 'passphrase', 'ca-key']),
  keyFile: z.string().nullable().describe('Whose passphrase it is'),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
export type About = z.infer<typeof aboutSchema>;
export type KnownHost = z.infer<typeof knownHostSchema>;
export type RememberedSecret = z.infer<typeof rememberedSecretSchema>;
