import { z } from 'zod';

/** What the user chose, kept in Hoplab's folder. `view` is the renderer's own: panes, chosen stage, hidden layers. */
export const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'ja']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  notifications: z.boolean().default(true).describe('When a long rollout ends'),
  lastLab: z.string().nullable().default(null).describe('Id of the lab to open at the start'),
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
  lastLab: z.string().nullable().optional(),
  view: z.record(z.string().max(200), z.string().max(10_000)).optional(),
});

/** What this engine is, and what its door can do. */
export const aboutSchema = z.object({
  hoplab: z.string().describe('Version'),
  door: z.enum(['desktop', 'browser']),
  platform: z.enum(['macos', 'linux', 'windows', 'other']),
  systemLanguage: z.enum(['en', 'ja']),
  home: z.string().describe("Hoplab's folder: settings, known hosts, journals"),
  localTerminal: z.boolean().describe('Terminals on this computer can be opened'),
  secretStore: z
    .enum(['system', 'none'])
    .describe('`system`: secrets can be remembered, encrypted by the operating system'),
  kubernetesVersions: z.array(z.string()).describe('That can be rolled out'),
});

/** A host key that is pinned, for the list in the settings. */
export const knownHostSchema = z.object({ host: z.string(), type: z.string(), fingerprint: z.string() });

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsChange = z.infer<typeof settingsChangeSchema>;
export type About = z.infer<typeof aboutSchema>;
export type KnownHost = z.infer<typeof knownHostSchema>;
