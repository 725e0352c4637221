import { verbatim } from '../contract/text.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { appPath, isPodName, tellsPod } from './ask-app.ts';
import { passedIf, type Check } from './check.ts';

const REQUESTS = 16;

export const requestsSpread: Check = {
  id: 'requests-spread',
  sentence: {
    en: 'Requests to one NodePort are spread over the pods',
    ja: '1 つの NodePort へのリクエストが複数の Pod に分散される',
  },
  on: 'client',
  patience: 60_000,
  async ask(question) {
    const { replicas } = firstEnvironment(question.lab);
    if (replicas < 2 || !tellsPod(question)) {
      return {
        status: 'not-applicable',
        reason: {
          en: "There is only one pod, or the app does not report the pod's name.",
          ja: 'Pod が 1 つだけか、アプリが Pod の名前を返さない。',
        },
      };
    }
    const url = `http://${question.lab.nodes[0]?.address ?? ''}:${question.lab.app.nodePort}${appPath(question)}`;
    const { stdout } = await question.run(
      sh`for _ in $(seq ${REQUESTS}); do ${embed(CURL)} -m 3 ${url}; echo; done | sort | uniq -c`,
    );
    const counts = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => isPodName(/^\d+ (\S+)$/.exec(line)?.[1] ?? ''));
    return {
      status: passedIf(counts.length >= 2),
      expected: { en: `more than one of ${replicas} pods`, ja: `${replicas} 個の Pod のうち 2 個以上` },
      actual: verbatim(counts.join(', ') || '—'),
      meaning: {
        en: 'kube-proxy picks a random pod for each connection.',
        ja: 'kube-proxy が接続ごとに確率で Pod を選ぶ。',
      },
      remedy: {
        en: 'Only one pod is ready, or sessionAffinity is set: `kubectl get endpointslices -A`.',
        ja: 'Ready の Pod が 1 つだけか、sessionAffinity が設定されています: `kubectl get endpointslices -A`',
      },
    };
  },
};
