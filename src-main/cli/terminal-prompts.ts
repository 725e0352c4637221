import { confirm, password } from '@inquirer/prompts';
import type { Prompts, SecretQuestion } from '../engine/prompts.ts';
import type { Questions } from './prompt.ts';
import type { Settings } from './settings.ts';

const VARIABLES: Readonly<Record<SecretQuestion['kind'], string>> = {
  password: 'HOPLAB_PASSWORD',
  'sudo-password': 'HOPLAB_SUDO_PASSWORD',
  passphrase: 'HOPLAB_PASSPHRASE',
};

/** Secrets from the environment (HOPLAB_PASSWORD, HOPLAB_SUDO_PASSWORD, HOPLAB_PASSPHRASE), else asked for in the terminal. */
export function terminalPrompts({ language }: Pick<Settings, 'language'>, questions: Questions): Prompts {
  return {
    secret: async ({ kind, machine, sentence }) => {
      const given = process.env[VARIABLES[kind]];
      if (given !== undefined) return given;
      if (!process.stdin.isTTY) return undefined;
      return questions.ask(machine, (context) => password({ message: sentence[language] }, context));
    },
    ...(process.stdin.isTTY && {
      hostKey: (machine, fingerprint) => {
        const message =
          language === 'ja'
            ? `${machine} のホスト鍵は ${fingerprint} です。マシンのコンソールで照合し、固定して接続しますか？`
            : `${machine} shows the host key ${fingerprint}. Is it the one on its console? Pin it and connect?`;
        return questions.ask(machine, (context) => confirm({ message, default: false }, context));
      },
    }),
  };
}
