import { kubectl } from '../cluster/kubectl.ts';
import type { Question } from './check.ts';

/** The EXTERNAL-IPs of a Service, as its status has them; undefined when there is no such Service. */
export async function serviceAddress(
  question: Question,
  namespace: string,
  name: string,
): Promise<readonly string[] | undefined> {
  const { stdout, exitCode } = await question.run(
    kubectl`-n ${namespace} get service ${name} -o ${'jsonpath={.status.loadBalancer.ingress[*].ip}'}`,
    { sudo: true, machine: question.lab.nodes[0]?.name ?? '' },
  );
  return exitCode === 0 ? stdout.split(' ').filter(Boolean) : undefined;
}
