import { z } from 'zod';
import { parseService, type Service } from '../cluster/services.ts';
import { clusterList } from '../cluster/kinds.ts';
import { proxyModes, type ServiceRules } from '../contract/service-rules.ts';
import { FactReader, type Fact } from '../facts/fact.ts';
import { ipSets, ipvsTables } from '../facts/ipvs-tables.ts';
import { kubeProxyMode, type KubeProxyMode } from '../facts/kube-proxy-mode.ts';
import { kubeProxyRules } from '../facts/kube-proxy-rules.ts';
import { packetRules } from '../facts/packet-rules.ts';
import { isRead, valueOf, type Read } from '../facts/reading.ts';
import { controlPlane } from '../lab/lab.ts';
import { unlessCancelled } from '../machines/process/unless-cancelled.ts';
import { iptablesRows, ipvsRows, nftablesRows } from '../service-rules/rows.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { JsonFile } from './json-file.ts';
import type { Connection } from './lab-connection.ts';
import { noSuchNode, noSuchService } from './refusals.ts';

/** What a node's kernel had in one mode, whole: any Service of it can be shown later. */
const readingSchema = z.object({
  time: z.string(),
  answers: z.record(z.string(), z.object({ command: z.string(), text: z.string() })).describe('By fact'),
});
type ModeReading = z.infer<typeof readingSchema>;

/** By node and mode, `k8s-master nftables`. */
const keptSchema = z.record(z.string(), readingSchema);

/** Which answers each mode is in. */
const FACTS: Readonly<Record<KubeProxyMode, readonly Fact<unknown>[]>> = {
  iptables: [packetRules],
  nftables: [kubeProxyRules],
  ipvs: [ipvsTables, ipSets],
};

/** The rules by which nodes lead packets to Services, in the mode that kube-proxy works in, and in those that it was seen in before. */
export class LabServiceRules {
  readonly #file: JsonFile<typeof keptSchema>;
  readonly #connection: Connection;

  constructor(file: string, connection: Connection) {
    this.#file = new JsonFile(file, keptSchema, {});
    this.#connection = connection;
  }

  /**
   * Reads and keeps those of the present mode, and shows them beside those that were kept. @param asked `namespace/name`, and the name of a
   * node, by default the control plane. @throws MachineError; Refused where there is no such Service or node
   */
  async of(
    { service, node }: { readonly service: string; readonly node?: string | undefined },
    signal: AbortSignal | undefined,
  ): Promise<ServiceRules> {
    const { context } = await unlessCancelled('client', this.#connection.session(), signal);
    const { lab } = context;
    const wanted = node ?? controlPlane(lab).name;
    if (!lab.nodes.some(({ name }) => name === wanted)) throw noSuchNode(wanted);
    const reader = new FactReader({ signal: signal ?? this.#connection.signal, timeout: 20_000 });
    const [found, now] = await Promise.all([serviceNamed(context, reader, service), readMode(context, reader, wanted)]);
    const kept = await (now ? this.#keep(wanted, now) : this.#file.read());
    return {
      service,
      node: wanted,
      now: now?.mode ?? null,
      modes: proxyModes.flatMap((mode) => {
        const reading = kept[`${wanted} ${mode}`];
        if (!reading) return [];
        const commands = Object.values(reading.answers).map(({ command }) => command);
        return [{ mode, time: reading.time, commands, rows: [...rowsOf(mode, reading, found)] }];
      }),
    };
  }

  /** Keeps those of the present mode of every node, before kube-proxy gets another one. What cannot be read is not kept. */
  async keep(signal: AbortSignal): Promise<void> {
    const { context } = await this.#connection.session();
    const reader = new FactReader({ signal, timeout: 20_000 });
    for (const { name } of context.lab.nodes) {
      const now = await readMode(context, reader, name);
      if (now) await this.#keep(name, now);
    }
  }

  #keep(node: string, { mode, reading }: Present): Promise<Readonly<Record<string, ModeReading>>> {
    return this.#file.change((kept) => ({ ...kept, [`${node} ${mode}`]: reading }));
  }
}

interface Present {
  readonly mode: KubeProxyMode;
  readonly reading: ModeReading;
}

/** Undefined: kube-proxy does not say in which mode it works, or the kernel could not be read. */
async function readMode({ machine }: LabContext, reader: FactReader, node: string): Promise<Present | undefined> {
  const said = await reader.takeFresh(machine(node), kubeProxyMode);
  const mode = isRead(said) ? said.value : undefined;
  if (mode === undefined) return undefined;
  const all = await Promise.all(FACTS[mode].map((fact) => reader.takeFresh(machine(node), fact)));
  const readings = all.filter((one): one is Read<unknown> => isRead(one));
  if (readings.length < all.length) return undefined;
  const answers = readings.map(({ command, output }, index) => [
    FACTS[mode][index]?.id ?? '',
    { command, text: output.stdout },
  ]);
  const time = new Date(Math.min(...readings.map(({ at }) => at))).toISOString();
  return { mode, reading: { time, answers: Object.fromEntries(answers) as ModeReading['answers'] } };
}

function rowsOf(
  mode: KubeProxyMode,
  { answers }: ModeReading,
  service: Service,
): ServiceRules['modes'][number]['rows'] {
  const textOf = ({ id }: Fact<unknown>) => answers[id]?.text ?? '';
  switch (mode) {
    case 'iptables':
      return [...iptablesRows(textOf(packetRules), service)];
    case 'nftables':
      return [...nftablesRows(textOf(kubeProxyRules), service)];
    case 'ipvs':
      return [...ipvsRows({ tables: textOf(ipvsTables), sets: textOf(ipSets) }, service)];
  }
}

/** @throws MachineError; Refused where the API server has none of that name */
async function serviceNamed({ lab, machine }: LabContext, reader: FactReader, named: string): Promise<Service> {
  const list = valueOf(await reader.takeFresh(machine(controlPlane(lab).name), clusterList('services')));
  const services = list.state === 'read' ? list.objects.map(parseService) : [];
  const found = services.find(({ namespace, name }) => `${namespace}/${name}` === named);
  if (!found)
    throw noSuchService(
      named,
      services.map(({ namespace, name }) => `${namespace}/${name}`),
    );
  return found;
}
