import { verbatim } from '../contract/text.ts';
import { sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

export const rootIsReached: Check = {
  id: 'root-is-reached',
  sentence: { en: 'SSH and sudo work on the node', ja: 'ノードで SSH と sudo が使える' },
  on: 'every-node',
  async ask(question) {
    const { stdout } = await question.run(sh`id -un`, { sudo: true, quick: true });
    const user = stdout.trim();
    return {
      status: passedIf(user === 'root'),
      expected: verbatim('root'),
      actual: verbatim(user),
      meaning: {
        en: 'Hoplab can run commands as root on this node.',
        ja: 'このノードで root としてコマンドを実行できる。',
      },
      remedy: {
        en: 'Allow the SSH user to run sudo, or choose another one in the lab file (ssh.user).',
        ja: 'SSH ユーザーに sudo を許可するか、ラボファイルの ssh.user で別のユーザーを指定してください。',
      },
    };
  },
};
