import { confirm, password } from '@inquirer/prompts';
import { shown } from '../contract/shown.ts';
import { givenSecret } from '../engine/given-secrets.ts';
import type { Prompts } from '../engine/prompts.ts';
import type { Questions } from './prompt.ts';
import type { Settings } from './command-settings.ts';

/** Secrets from the environment (HOPLAB_PASSWORD, HOPLAB_SUDO_PASSWORD, HOPLAB_PASSPHRASE), else asked for in the terminal. */
export function terminalPrompts({ language }: Pick<Settings, 'language'>, questions: Questions): Prompts {
  return {
    secret: async ({ kind, machine, sentence }) => {
      const given = givenSecret(kind);
      if (given !== undefined) return given;
      if (!process.stdin.isTTY) return undefined;
      return questions.ask(machine, (context) => password({ message: shown(sentence[language]) }, context));
    },
    ...(process.stdin.isTTY && {
      hostKey: (machine, fingerprint) => {
        const message =
          language === 'ja'
            ? `${machine} のホスト鍵は ${fingerprint} です。マシンのコンソールで照合し、固定して接続しますか?`
            : `${machine} shows the host key ${fingerprint}. Is it the one on its console? Pin it and connect?`;
        return questions.ask(machine, (context) => confirm({ message: shown(message), default: false }, context));
      },
    }),
  };
}
