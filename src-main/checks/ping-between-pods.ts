import { verbatim, type Text } from '../contract/text.ts';
import { sh } from '../machines/command.ts';
import { passedIf, type Answer, type Question } from './check.ts';
import { probePods } from './probe-pods.ts';

/** Pings from inside this node's probe pod to those of the other nodes, not to be fragmented, with `size` bytes of payload. */
export async function pingBetweenPods(
  question: Question,
  size: number,
  texts: { meaning: Text; remedy: Text },
): Promise<Answer> {
  const { lab, machineName } = question;
  if (lab.nodes.length === 1) {
    return { status: 'not-applicable', reason: { en: 'There is only one node.', ja: 'ノードが 1 台しかない。' } };
  }
  const pods = await question.readFresh(lab.nodes[0]?.name ?? '', probePods);
  const own = pods.get(machineName);
  const others = lab.nodes.filter(({ name }) => name !== machineName);
  const targets = others.flatMap(({ name }) => pods.get(name) ?? []);
  const expected: Text = {
    en: `replies from ${others.length} pods`,
    ja: `${others.length} 個の Pod から応答`,
  };
  if (own === undefined || targets.length < others.length) {
    const actual: Text = {
      en: `${pods.size} of ${lab.nodes.length} probe pods run`,
      ja: `プローブ Pod は ${lab.nodes.length} 個中 ${pods.size} 個が動作中`,
    };
    return { status: 'failed', expected, actual, ...texts };
  }
  const { stdout } = await question.run(
    sh`
      ip netns list | awk '{print $1}' | while read -r netns; do
        ip -n "$netns" -o addr show dev eth0 2> /dev/null | grep -qF ${` ${own}/`} || continue
        for target in ${targets}; do
          ip netns exec "$netns" ping -n -q -M 'do' -s ${size} -c 1 -W 1 "$target" > /dev/null < /dev/null && echo "$target"
        done
      done`,
    { sudo: true },
  );
  const lines = stdout.split('\n');
  const answered = targets.filter((target) => lines.includes(target));
  return {
    status: passedIf(answered.length === targets.length),
    expected,
    actual: verbatim(answered.join(', ') || '—'),
    ...texts,
  };
}
