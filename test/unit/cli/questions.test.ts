import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CTRL_C, hoplabInTerminal, terminalMissing } from './terminal.ts';
import { withPassword } from '../../machines/ssh2-answers.ts';
import { loopbackLab } from './loopback-lab.ts';

if (terminalMissing) console.warn(`questions in a terminal were not tried: ${terminalMissing}`);

describe.skipIf(terminalMissing)('Ctrl-C at a question', { timeout: 60_000 }, () => {
  const authenticate = withPassword('secret');

  it.each([['up'], ['verify'], ['undo gateway'], ['plan'], ['status'], ['trust --yes']])(
    'for a password stops %s quietly with 130',
    async (words) => {
      const { env, node } = await loopbackLab({ jump: { authenticate } });
      const { code, shown } = await hoplabInTerminal(['--accept-new', ...words.split(' ')], env, [
        { after: 'SSH password for', keys: CTRL_C },
      ]);
      expect({ code, shown }).toMatchObject({ code: 130 });
      expect(shown).not.toContain('itself failed');
      expect(shown.match(/SSH password for/g)?.length).toBe(shown.match(/SSH password for guest@/g)?.length);
      expect(node.connections.size).toBe(0);
    },
  );

  it('about a host key stops up, asks about no other, and is in the journal', async () => {
    const { env, folder } = await loopbackLab();
    const { code, shown } = await hoplabInTerminal(['--json', 'up'], env, [
      { after: 'shows the host key', keys: CTRL_C },
    ]);
    expect({ code, shown }).toMatchObject({ code: 130 });
    expect(shown).not.toContain('itself failed');
    const journals = join(folder, 'home', 'labs', 'shortener', 'journal');
    const journal = readFileSync(join(journals, readdirSync(journals)[0] ?? ''), 'utf8');
    expect(journal.trim().split('\n').at(-1)).toContain('"status":"cancelled"');
  });
});
