import type { Text } from '../contract/text.ts';
import { READ_CLOCK } from '../facts/clock.ts';
import { hostNames } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import { appPath } from './ask-app.ts';
import { passedIf, type Check, type Question } from './check.ts';
import { readHandshake } from '../client/read-handshake.ts';
import { httpsOptions } from './https.ts';

const DAY = 24 * 3_600_000;
/** `up` renews it when it is valid for less than 30 days. */
const FEWEST_DAYS = 14;

export const certificateFits: Check = {
  id: 'certificate-fits-names',
  sentence: {
    en: "The app responds at https://NAME with a certificate of the lab's CA for that name",
    ja: 'https://名前 でアプリが応答し、証明書はラボの CA がその名前に発行したもの',
  },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { lab } = question;
    const hosts = hostNames(lab);
    const now = Number((await question.run(READ_CLOCK)).stdout.trim() || Number.NaN) * 1000;
    const answers = await Promise.all(hosts.map(async (host) => ({ host, ...(await shake(question, host, now)) })));
    return {
      status: passedIf(answers.every(({ fits }) => fits)),
      expected: {
        en: `a response for each name, with a certificate that fits and is valid for at least ${FEWEST_DAYS} more days`,
        ja: `名前ごとに応答があり、証明書がその名前に合い、あと ${FEWEST_DAYS} 日以上有効`,
      },
      actual: {
        en: answers.map(({ host, said }) => `${host}: ${said.en}`).join(', '),
        ja: answers.map(({ host, said }) => `${host}: ${said.ja}`).join('、'),
      },
      meaning: {
        en: "The client verified the chain, the name and the dates against the lab's CA: the server has the key of that certificate.",
        ja: 'クライアントがチェーン・名前・有効期間をラボの CA で検証した。応答した側はその証明書の鍵を持っている。',
      },
      remedy: {
        en: '`hoplab up` renews a certificate that expires or lacks a name. curl (60): another certificate is served, see `kubectl get gateways -A -o yaml`; curl (77): roll out the stage tls again.',
        ja: '期限が近い証明書や名前の足りない証明書は `hoplab up` で更新されます。curl (60) なら別の証明書が使われています (`kubectl get gateways -A -o yaml`)。curl (77) ならステージ tls をもう一度展開してください。',
      },
    };
  },
};

/** One request over TLS, verified by curl. */
async function shake(question: Question, host: string, now: number): Promise<{ fits: boolean; said: Text }> {
  const { stdout, stderr, exitCode } = await question.run(
    sh`${embed(CURL)} -v -m 5 -o /dev/null -w ${'%{http_code}'} ${httpsOptions(question.lab, host)} ${`https://${host}${appPath(question)}`}`,
  );
  const status = Number(stdout.trim());
  if (exitCode !== 0) {
    const complaint = stderr.split('\n').find((line) => line.startsWith('curl: ')) ?? '—';
    return { fits: false, said: { en: complaint, ja: complaint } };
  }
  const days = Math.floor((readHandshake(stderr).until - now) / DAY);
  const fits = status >= 200 && status < 400 && days >= FEWEST_DAYS;
  return { fits, said: { en: `${status}, ${days} days left`, ja: `${status}、残り ${days} 日` } };
}
