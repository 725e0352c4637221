import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { info } from './lab.ts';

/** The passwords of user `labpw`, as Hoplab takes them from the environment. */
export async function givenPasswords(): Promise<Record<string, string>> {
  const given = (await info()).ssh.users.find(({ name }) => name === 'labpw')?.password ?? '';
  expect(given).not.toBe('');
  return { HOPLAB_PASSWORD: given, HOPLAB_SUDO_PASSWORD: given };
}

/** Fails when a journal of the lab holds a token, a private key, or the password of a user. */
export async function expectNoSecrets({ journals: atLeast }: { journals: number }): Promise<void> {
  const { state, ssh } = await info();
  const folder = join(state, 'hoplab', 'labs', 'shortener', 'journal');
  const journals = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  expect(journals.length).toBeGreaterThanOrEqual(atLeast);
  for (const journal of journals) {
    expect(journal).not.toMatch(/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/);
    expect(journal).not.toContain('PRIVATE KEY-----\\n');
    for (const { password } of ssh.users) if (password) expect(journal).not.toContain(password);
  }
}
