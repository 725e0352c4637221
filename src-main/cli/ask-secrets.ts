import { password } from '@inquirer/prompts';
import type { Language, Text } from '../contract/text.ts';
import type { Secrets } from '../machines/ssh/secrets.ts';
import type { Redactor } from '../rollout/redactor.ts';
import type { Questions } from './prompt.ts';

/**
 * Passwords from the environment (HOPLAB_PASSWORD, HOPLAB_SUDO_PASSWORD, HOPLAB_PASSPHRASE), else asked for in the terminal,
 * a password once for all machines, a passphrase once for each key file. Each is redacted from everything that Hoplab writes.
 */
export function askSecrets(language: Language, redactor: Redactor, questions: Questions): Secrets {
  const known = new Map<string, Promise<string | undefined>>();
  const get = (variable: string, machine: string, question: Text): Promise<string | undefined> => {
    const kind = variable === 'HOPLAB_PASSPHRASE' ? question.en : variable;
    const prompt = () => questions.ask(machine, (context) => password({ message: question[language] }, context));
    const asked = known.get(kind) ?? given(variable, prompt);
    known.set(kind, asked);
    return asked.then((secret) => {
      if (secret !== undefined) redactor.add(secret);
      return secret;
    });
  };
  return {
    password: (machine) =>
      get('HOPLAB_PASSWORD', machine, {
        en: `SSH password for ${machine} (and the other machines):`,
        ja: `${machine}（とほかのマシン）の SSH パスワード:`,
      }),
    sudoPassword: (machine) =>
      get('HOPLAB_SUDO_PASSWORD', machine, {
        en: `sudo password on ${machine} (and the other machines):`,
        ja: `${machine}（とほかのマシン）の sudo パスワード:`,
      }),
    passphrase: (machine, file) =>
      get('HOPLAB_PASSPHRASE', machine, { en: `Passphrase of ${file}:`, ja: `${file} のパスフレーズ:` }),
  };
}

async function given(variable: string, prompt: () => Promise<string>): Promise<string | undefined> {
  const value = process.env[variable];
  if (value !== undefined) return value;
  return process.stdin.isTTY ? prompt() : undefined;
}
