import { kubectl } from '../cluster/kubectl.ts';
import type { Question } from './check.ts';

/** The EXTERNAL-IPs of a LoadBalancer Service, as its status has them; undefined where none was found. */
export async function serviceAddress(
  question: Question,
  namespace: string,
  name: string,
): Promise<readonly string[] | undefined> {
  const { stdout, exitCode } = await question.run(
    kubectl`-n ${namespace} get service ${name} -o ${'jsonpath={.spec.type} {.status.loadBalancer.ingress[*].ip}'}`,
    { sudo: true, machine: question.lab.nodes[0]?.name ?? '' },
  );
  const [type, ...addresses] = stdout.trim().split(' ');
  return exitCode === 0 && type === 'LoadBalancer' ? addresses : undefined;
}
