import { z } from 'zod';

export const terminalIdSchema = z.string().min(1).max(64);

const columns = z.number().int().min(2).max(1000);
const rows = z.number().int().min(1).max(500);
export const terminalSizeSchema = z.object({ columns, rows });

/** Terminals are opened on a machine of an open lab, or with `this-computer` beside the engine (desktop only). */
export const openTerminalSchema = z.object({
  machine: z.string().describe('Name in the lab file, `client`, or `this-computer`'),
  ...terminalSizeSchema.shape,
});

export const openedTerminalSchema = z.object({
  terminal: terminalIdSchema,
  where: z.string().describe('`lab@192.168.2.10:22`'),
});

/** What the terminal printed, several writes at once. A late subscriber gets the newest 64 KiB first. */
export const terminalOutputSchema = z.object({ text: z.string(), ended: z.boolean() });

export type TerminalOutput = z.infer<typeof terminalOutputSchema>;
