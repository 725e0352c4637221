import { verbatim } from '../contract/text.ts';
import { hostName } from '../lab/lab.ts';
import { authorityFile, firstEnvironment } from '../lab/object-names.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import { passedIf, type Check } from './check.ts';
import { resolveOptions } from './https.ts';

export const caIsTrusted: Check = {
  id: 'ca-is-trusted',
  sentence: { en: "The client's system trusts the lab's CA", ja: 'クライアントのシステムがラボの CA を信頼する' },
  on: 'client',
  async ask(question) {
    const { lab } = question;
    if (lab.optional.tls?.trustOnClient !== true) {
      return {
        status: 'not-applicable',
        reason: {
          en: `The lab file does not ask for it (optional.tls.trustOnClient): use curl --cacert ${authorityFile(lab)}.`,
          ja: `ラボファイルで求められていない (optional.tls.trustOnClient)。curl には --cacert ${authorityFile(lab)} を指定する。`,
        },
      };
    }
    const host = hostName(lab, firstEnvironment(lab));
    const { stdout, stderr } = await question.run(
      sh`${embed(CURL)} -m 5 -o /dev/null -w ${'%{http_code}'} ${resolveOptions(lab, host)} ${`https://${host}/`}`,
    );
    return {
      status: passedIf(/^[23]\d\d$/.test(stdout.trim())),
      expected: verbatim('HTTP 200'),
      actual: verbatim(stderr.trim() || stdout.trim()),
      meaning: {
        en: 'curl https://NAME works without an option. Browsers with CAs of their own (Firefox) have to be given the file.',
        ja: 'curl https://名前 がオプションなしで通る。独自の CA を持つブラウザ (Firefox) にはこのファイルを読み込ませる。',
      },
      remedy: {
        en: 'Roll out the stage tls again. A curl that brings CAs of its own does not ask the system.',
        ja: 'ステージ tls をもう一度展開してください。独自の CA を持つ curl はシステムの CA を見ません。',
      },
    };
  },
};
