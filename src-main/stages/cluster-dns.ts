import { aaaaIsEmpty } from '../checks/aaaa-is-empty.ts';
import { clusterNamesResolve } from '../checks/cluster-names-resolve.ts';
import { zoneAnswers } from '../checks/zone-answers.ts';
import { apply, deleteApplied, hasApplied } from '../cluster/apply.ts';
import { corefile, hostsLine, READ_ANNOTATION, withoutZone, withZone } from '../cluster/corefile.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { KubernetesObject } from '../cluster/manifest.ts';
import type { Text } from '../contract/text.ts';
import { controlPlane, type Lab } from '../lab/lab.ts';
import { embed, sh } from '../machines/command.ts';
import { sha256Of } from '../machines/upload.ts';
import { changesOf, together, type Change, type Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Stage } from './stage.ts';

export const clusterDns: Stage = {
  id: 'cluster-dns',
  title: { en: 'CoreDNS for the LAN', ja: 'LAN からの CoreDNS' },
  problem: {
    en: 'The Gateway routes by host name, but a client has no way to resolve the name.',
    ja: 'Gateway はホスト名で振り分けるが、クライアントにはその名前を解決する方法がない。',
  },
  solves: {
    en: "CoreDNS serves the lab's zone from its own server block, and a NodePort makes it reachable from the LAN (UDP and TCP).",
    ja: 'CoreDNS がラボのゾーンを専用のサーバーブロックで提供し、NodePort (UDP と TCP) で LAN から問い合わせられる。',
  },
  seed: '4',
  needs: ['gateway'], // without it, every name of the zone would lead to the app of the first environment
  livesIn: 'cluster',
  checks: [zoneAnswers, aaaaIsEmpty, clusterNamesResolve],

  ahead: [{ after: 'metallb', decide: zoneForTheLan }],
  decide: zoneForTheLan,

  async undo(context) {
    const { text: found, read } = await context.read(controlPlane(context.lab).name, corefile);
    const plan: Plan[] = [];
    if (await hasApplied(context, 'cluster-dns')) {
      plan.push(
        deleteApplied(context, 'cluster-dns', ['services'], {
          en: 'Close the NodePort of CoreDNS',
          ja: 'CoreDNS の NodePort を閉じる',
        }),
        forgetFlows(context),
      );
    }
    if (withoutZone(found) !== found || read !== '') {
      plan.push(
        writeCorefile(context, withoutZone(found), {
          en: `Remove the zone ${context.lab.dns.zone} from CoreDNS`,
          ja: `CoreDNS からゾーン ${context.lab.dns.zone} を取り除く`,
        }),
        readCorefile(context, hostsLine(context.lab), 'absent'),
        noteRead(context, 'untold'),
      );
    }
    return plan;
  },
};

async function zoneForTheLan(context: LabContext): Promise<Plan> {
  const { lab } = context;
  const service = await apply(context, {
    stage: 'cluster-dns',
    sentence: {
      en: `Expose CoreDNS to the LAN on port ${lab.dns.nodePort} of each node`,
      ja: `各ノードのポート ${lab.dns.nodePort} で LAN から CoreDNS に問い合わせられるようにする`,
    },
    objects: [lanService(lab)],
  });
  const forget = changesOf(service).length > 0 ? forgetFlows(context) : [];
  return [service, forget, await zone(context)];
}

async function zone(context: LabContext): Promise<Plan> {
  const { lab } = context;
  const { text, read } = await context.read(controlPlane(lab).name, corefile);
  const wanted = withZone(text, lab);
  if (text === wanted && read === sha256Of(wanted)) return [];
  const write: Change = {
    ...writeCorefile(context, wanted, {
      en: `Add the zone ${lab.dns.zone} to CoreDNS, in its own server block`,
      ja: `CoreDNS に専用のサーバーブロックでゾーン ${lab.dns.zone} を加える`,
    }),
    // decided before the cluster exists, written with what the cluster then has
    input: async () => ({ content: patch(withZone(await corefileText(context), lab)) }),
  };
  return [write, readCorefile(context, hostsLine(lab), 'present'), noteRead(context, 'told')];
}

async function corefileText(context: LabContext): Promise<string> {
  return (await context.read(controlPlane(context.lab).name, corefile)).text;
}

/** Notes which configuration CoreDNS was told to read, or takes the note away. */
function noteRead(context: LabContext, note: 'told' | 'untold'): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence: {
      en: 'Record that CoreDNS was signaled to reload its configuration',
      ja: 'CoreDNS に設定の再読み込みを指示したことを記録する',
    },
    command: kubectl`-n kube-system patch configmap coredns --type=merge --patch-file=/dev/stdin`,
    input: async () => {
      const read = note === 'told' ? sha256Of(await corefileText(context)) : null;
      return { content: JSON.stringify({ metadata: { annotations: { [READ_ANNOTATION]: read } } }) };
    },
  };
}

/** The kubelet brings a mounted ConfigMap up to date when it looks at the pod: touching the pod makes it look now. */
function writeCorefile(context: LabContext, content: string, sentence: Text): Change {
  return {
    machine: controlPlane(context.lab).name,
    sentence,
    command: sh`
      export KUBECONFIG=/etc/kubernetes/admin.conf
      kubectl -n kube-system patch configmap coredns --type=merge --patch-file=/dev/stdin &&
        kubectl -n kube-system annotate --overwrite pod -l k8s-app=kube-dns "hoplab.dev/corefile=$(date +%s)"`,
    input: { content: patch(content) },
  };
}

/** CoreDNS itself looks at its configuration only once in a while; SIGUSR1 makes it read now, and no query is lost. */
function readCorefile(context: LabContext, line: string, wanted: 'present' | 'absent'): Plan {
  const { lab } = context;
  const test = wanted === 'present' ? sh`grep -qxF ${line}` : sh`! grep -qxF ${line}`;
  return together(
    lab.nodes.map(({ name }) => ({
      machine: name,
      sentence: {
        en: `Signal CoreDNS on ${name} to reload its configuration, if it runs there`,
        ja: `${name} で CoreDNS が動いていれば、設定を今読み直させる`,
      },
      command: sh`
        for file in /var/lib/kubelet/pods/*/volumes/kubernetes.io~configmap/config-volume/Corefile; do
          [ -e "$file" ] || continue
          for _ in $(seq 200); do ${embed(test)} "$file" && break; sleep 0.1; done
        done
        pkill -USR1 -x coredns || true`,
      timeout: 120_000,
    })),
  );
}

function patch(content: string): string {
  return JSON.stringify({ data: { Corefile: content } });
}

function lanService(lab: Lab): KubernetesObject {
  const port = { port: 53, targetPort: 53, nodePort: lab.dns.nodePort };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'coredns-lan', namespace: 'kube-system' },
    spec: {
      type: 'NodePort',
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', protocol: 'UDP', ...port },
        { name: 'dns-tcp', protocol: 'TCP', ...port },
      ],
    },
  };
}

/** A flow that conntrack remembers from before the Service keeps its old way: forget it. `conntrack` exits 1 when there is none. */
function forgetFlows(context: LabContext): Plan {
  const { nodePort } = context.lab.dns;
  return together(
    context.lab.nodes.map(({ name }) => ({
      machine: name,
      sentence: {
        en: `Forget earlier DNS flows to port ${nodePort} on ${name}`,
        ja: `${name} でポート ${nodePort} への以前の DNS フローを忘れさせる`,
      },
      command: sh`conntrack -D -p udp --orig-port-dst ${nodePort}; [ $? -le 1 ]`,
    })),
  );
}
