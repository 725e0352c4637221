import { nginxSelector } from '../cluster/gateways.ts';
import { missingHeaders, nginxLog } from '../cluster/missing-headers.ts';
import type { Text } from '../contract/text.ts';
import { controlPlane } from '../lab/lab.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import type { Question } from './check.ts';

/** What to do where NGINX closed the connection because it expects the PROXY protocol, as its log says; else the usual remedy. */
export async function remedyOfClosing(question: Question, usual: Text): Promise<Text> {
  const { lab } = question;
  const fact = missingHeaders(nginxLog(firstEnvironment(lab).name, ['-l', nginxSelector(lab)]));
  const printed = await question.run(fact.command, { sudo: true, machine: controlPlane(lab).name });
  const found = printed.exitCode === 0 ? fact.parse({ ...printed, exitCode: 0 }).at(-1) : undefined;
  if (!found) return usual;
  return {
    en: `NGINX expects the PROXY protocol. Log: ${found.line}. Remove spec.rewriteClientIP from the NginxProxy: \`kubectl get nginxproxies -A\`.`,
    ja: `NGINX は PROXY protocol を待っています。ログ: ${found.line}。NginxProxy の spec.rewriteClientIP を消してください (\`kubectl get nginxproxies -A\`)。`,
  };
}
