import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { APPLIED_LABEL, STAGE_LABEL, type KubernetesObject } from '../../../src-main/cluster/manifest.ts';
import { isCustom, nameOf } from '../../../src-main/cluster/objects.ts';
import { READ_CLOCK } from '../../../src-main/facts/clock.ts';
import type { Change } from '../../../src-main/plan/plan.ts';
import { bare } from '../bare-machine.ts';
import { DEFINITION_COLUMNS, definitionRow, labelTable, SECRET_COLUMNS } from '../cluster/label-table.ts';
import type { Reply } from '../table-machine.ts';

/** CoreDNS's ConfigMap. */
interface CoreDns {
  readonly metadata: { readonly annotations: Record<string, string | null> };
  data: { readonly Corefile: string };
}

/** A cluster that holds what is applied to it, and leaves out what an API server leaves out. */
export class ExampleCluster {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly coreDns: CoreDns = {
    metadata: { annotations: {} },
    data: { Corefile: '.:53 {\n    kubernetes cluster.local\n}\n' },
  };

  /** What kube-proxy's ConfigMap says, and the nodes run. */
  readonly kubeProxy = { mode: 'iptables', stage: '' };

  /** Makes a change: applies its documents, patches the Corefile; other commands have no effect here. */
  async make({ command, input }: Change): Promise<void> {
    if (command.includes('replace -f -') && command.includes('configmap kube-proxy')) {
      this.kubeProxy.mode = /mode: ([a-z]+)\//.exec(command)?.[1] ?? '';
      this.kubeProxy.stage = /kube-proxy hoplab\.dev\/stage=([a-z-]+)/.exec(command)?.[1] ?? '';
    }
    const { content: given } = (typeof input === 'function' ? await input() : input) ?? {};
    const content = typeof given === 'function' ? await text(given()) : given;
    if (content === undefined) return;
    if (command.includes('kubectl') && command.includes('apply --server-side')) {
      for (const document of content.split('\n---\n')) this.#apply(parse(document) as KubernetesObject);
    }
    if (command.includes('patch configmap coredns')) {
      const { data, metadata } = JSON.parse(content) as Partial<CoreDns>;
      if (data) this.coreDns.data = data;
      Object.assign(this.coreDns.metadata.annotations, metadata?.annotations);
    }
  }

  /** What somebody else does to the objects of a kind. */
  edit(kind: string, change: (object: KubernetesObject) => KubernetesObject): void {
    for (const [name, object] of this.#objects) if (object.kind === kind) this.#objects.set(name, change(object));
  }

  reply(command: string): Reply | undefined {
    const asked = / get (\S+) -A -l hoplab\.dev\/stage -o json$/.exec(command)?.[1];
    if (asked !== undefined) return { stdout: JSON.stringify({ items: this.#found(asked.includes('.')) }) };
    const [, secret] = / get secret (\S+) -o 'jsonpath/.exec(command) ?? [];
    if (secret !== undefined) return this.#certificates(secret);
    const own = / get (\S.*) --ignore-not-found --no-headers -o /.exec(command)?.[1];
    if (own !== undefined) return { stdout: this.#named(own.split(' ')) };
    if (command.includes('get configmap kube-proxy -o json')) return { stdout: this.#kubeProxySettings() };
    if (command.includes('10249/proxyMode')) return { stdout: this.kubeProxy.mode };
    if (command.includes('kubectl diff ')) return {}; // all is as it was applied
    if (command.includes(' get secrets -A ')) return { stdout: this.#secrets() };
    if (command === READ_CLOCK) return { stdout: `${Math.round(Date.now() / 1000)}\n` };
    if (command.includes(' get crd -l ')) return { stdout: this.#definitions() };
    if (command.includes('get configmap coredns')) return { stdout: JSON.stringify(this.coreDns) };
    if (command.startsWith('cat /run/flannel/subnet.env')) return { stdout: 'FLANNEL_MTU=1450\n' };
    return bare(command);
  }

  #apply(object: KubernetesObject): void {
    const old = this.#objects.get(nameOf(object));
    // what was applied before and is not stated any more goes: the same manager owns it
    this.#objects.set(nameOf(object), {
      ...(old && { metadata: old.metadata }),
      ...(stored(object) as KubernetesObject),
    });
  }

  #kubeProxySettings(): string {
    const { mode, stage } = this.kubeProxy;
    const labels = stage === '' ? {} : { [STAGE_LABEL]: stage };
    return JSON.stringify({ metadata: { labels }, data: { 'config.conf': `mode: ${mode}` } });
  }

  #found(custom: boolean): readonly KubernetesObject[] {
    return [...this.#objects.values()].filter(
      (object) => isCustom(object) === custom && !['CustomResourceDefinition', 'Secret'].includes(object.kind),
    );
  }

  /** Of each of the words, `Deployment.v1.apps/web`, kind, name and stage where it is there. */
  #named(words: readonly string[]): string {
    const asked = words.map((word) => /^'?(\w+)\.[^/]*\/([^']+)/.exec(word)?.slice(1).join(' '));
    const rows = [...this.#objects.values()].map(({ kind, metadata: { name, labels = {} } }) => ({
      ...{ key: `${kind} ${name}`, stage: labels[STAGE_LABEL] ?? '<none>' },
    }));
    return rows.flatMap(({ key, stage }) => (asked.includes(key) ? [`${key} ${stage}\n`] : [])).join('');
  }

  #certificates(name: string): Reply {
    const found = [...this.#objects.values()].find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
    const data = found?.['data'] as Readonly<Record<string, string>> | undefined;
    if (!data) return { stderr: `Error from server (NotFound): secrets "${name}" not found`, exitCode: 1 };
    return { stdout: `${data['tls.crt']} ${data['ca.crt']}` };
  }

  #secrets(): string {
    const rows = [...this.#objects.values()]
      .filter(({ kind }) => kind === 'Secret')
      .map(({ metadata: { namespace = '', name, labels = {} } }) => [
        ...[namespace, name, 'Opaque', '1', '5m'],
        ...[labels[STAGE_LABEL] ?? '', labels[APPLIED_LABEL] ?? ''],
      ]);
    return labelTable(SECRET_COLUMNS, rows);
  }

  #definitions(): string {
    const rows = [...this.#objects.values()]
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(({ metadata: { name, labels = {} } }) =>
        definitionRow(name, labels[STAGE_LABEL] ?? '', labels[APPLIED_LABEL] ?? ''),
      );
    return labelTable(DEFINITION_COLUMNS, rows);
  }
}

/** As Go's `omitempty` stores it. */
function stored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stored);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, stored(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => !isEmpty(item)));
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === false || value === null || (Array.isArray(value) && value.length === 0);
}
