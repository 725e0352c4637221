import type { LabDescription } from '../contract/lab-session.ts';
import type { LabSummary } from '../contract/labs.ts';
import { hostName, type Lab, type VmSize } from '../lab/lab.ts';
import { where } from '../machines/ssh/route.ts';
import { suggestedTargets } from '../path/suggested-targets.ts';
import { machinesOf } from '../rollout/ask-checks.ts';
import type { RecordingLabel } from '../rollout/session.ts';
import { stagesOf } from '../stages/index.ts';
import { undoneWith } from '../stages/needs.ts';

const imageText = ({ image }: VmSize): string => ('name' in image ? image.name : image.file);

/** What a lab file describes, as a window shows it. */
export function describeLab(lab: Lab, summary: LabSummary, recording?: RecordingLabel): LabDescription {
  const { client, kubernetes, loadBalancer, gateway, dns, app } = lab;
  const stages = stagesOf(lab, recording !== undefined);
  const { version, podCidr, serviceCidr, kubeProxy } = kubernetes;
  return {
    summary,
    nodes: lab.nodes.map(({ name, role, address, ssh, alias = null }) => ({
      name,
      role,
      address,
      where: where({ address, access: ssh }),
      alias,
    })),
    client:
      client.kind === 'ssh'
        ? { kind: client.kind, address: client.address, alias: client.alias ?? null }
        : { kind: client.kind, address: null, alias: null },
    kubernetes: { version, podCidr, serviceCidr, kubeProxy },
    machines: lab.machines ? { ...lab.machines, image: imageText(lab.machines) } : null,
    pool: loadBalancer.pool,
    vip: loadBalancer.vip,
    gateway: gateway.name,
    dns: { zone: dns.zone, nodePort: dns.nodePort },
    app: {
      image: app.image,
      nodePort: app.nodePort,
      environments: app.environments.map((environment) => ({
        name: environment.name,
        host: hostName(lab, environment),
        replicas: environment.replicas,
      })),
    },
    optional: formOf(lab),
    targets: [...suggestedTargets(lab)],
    situations: (recording?.situations ?? []).map(({ id, title, target }) => ({ id, title, target })),
    stages: stages.map(({ id, title, problem, solves, seed, checks }) => ({
      id,
      title,
      problem,
      solves,
      seed: seed ?? null,
      undoneWith: undoneWith(stages, id).map((stage) => stage.id),
      checks: checks.map((check) => ({
        id: check.id,
        sentence: check.sentence,
        machines: [...machinesOf(check, lab)],
      })),
    })),
  };
}

/** The stages that the lab file asks for besides, as the form has them. */
function formOf({ optional, apps }: Lab): LabDescription['optional'] {
  const { trafficSplit, headerRouting, tls, kubeProxyMode } = optional;
  return {
    weight: trafficSplit?.weight ?? null,
    headerRouting,
    tls: tls ?? null,
    kubeProxyMode: kubeProxyMode ?? null,
    manifests: apps.map(({ named }) => named),
  };
}
