import { password } from '@inquirer/prompts';
import type { Language, Text } from '../contract/text.ts';
import type { Secrets } from '../machines/ssh/secrets.ts';
import type { Redactor } from '../rollout/redactor.ts';
import { inTurn, promptOutput } from './prompt.ts';

/**
 * Passwords from the environment (HOPLAB_PASSWORD, HOPLAB_SUDO_PASSWORD, HOPLAB_PASSPHRASE), else asked for in the terminal,
 * once for all machines of a kind. Each is redacted from everything that Hoplab writes.
 */
export function askSecrets(language: Language, redactor: Redactor): Secrets {
  const known = new Map<string, Promise<string | undefined>>();
  const get = (variable: string, question: Text): Promise<string | undefined> => {
    const asked = known.get(variable) ?? ask(variable, question[language]);
    known.set(variable, asked);
    return asked.then((secret) => {
      if (secret !== undefined) redactor.add(secret);
      return secret;
    });
  };
  return {
    password: (machine) =>
      get('HOPLAB_PASSWORD', {
        en: `SSH password for ${machine} (and the other machines):`,
        ja: `${machine}（とほかのマシン）の SSH パスワード:`,
      }),
    sudoPassword: (machine) =>
      get('HOPLAB_SUDO_PASSWORD', {
        en: `sudo password on ${machine} (and the other machines):`,
        ja: `${machine}（とほかのマシン）の sudo パスワード:`,
      }),
    passphrase: (_machine, file) =>
      get('HOPLAB_PASSPHRASE', { en: `Passphrase of ${file}:`, ja: `${file} のパスフレーズ:` }),
  };
}

async function ask(variable: string, message: string): Promise<string | undefined> {
  const given = process.env[variable];
  if (given !== undefined) return given;
  if (!process.stdin.isTTY) return undefined;
  return inTurn(() => password({ message }, promptOutput));
}
