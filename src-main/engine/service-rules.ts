import { z } from 'zod';
import { clusterList } from '../cluster/kinds.ts';
import { parseService } from '../cluster/services.ts';
import { proxyModes, type KubeProxyMode, type ServiceRules } from '../contract/service-rules.ts';
import { FactReader, type Fact } from '../facts/fact.ts';
import { ipSets, ipvsTables } from '../facts/ipvs-tables.ts';
import { kubeProxyMode } from '../facts/kube-proxy-mode.ts';
import { kubeProxyRules } from '../facts/kube-proxy-rules.ts';
import { packetRules } from '../facts/packet-rules.ts';
import { isRead, valueOf, type Read } from '../facts/reading.ts';
import { controlPlane } from '../lab/lab.ts';
import { CommandFailed } from '../machines/errors.ts';
import { unlessCancelled } from '../machines/process/unless-cancelled.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Redactor } from '../rollout/redactor.ts';
import { addressedOf, iptablesRows, ipvsRows, nftablesRows, type Addressed } from '../service-rules/rows.ts';
import { JsonFile } from './json-file.ts';
import type { Connection } from './lab-connection.ts';
import type { Work } from './run.ts';
import { noServices, noSuchMachine, noSuchService } from './refusals.ts';

const addressedSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  addresses: z.array(z.string()).readonly(),
  ports: z.array(z.object({ protocol: z.string(), port: z.number(), nodePort: z.number().optional() })).readonly(),
});

/** What a node's kernel had in one mode, whole: any Service of it can be shown later. */
const readingSchema = z.object({
  time: z.string(),
  answers: z.record(z.string(), z.object({ command: z.string(), text: z.string() })).describe('By fact'),
  services: z
    .array(addressedSchema)
    .readonly()
    .describe('Those of then: the tables of IPVS name none. Empty in the other modes'),
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
  readonly #redactor: Redactor;

  constructor(
    file: string,
    { connection, redactor }: { readonly connection: Connection; readonly redactor: Redactor },
  ) {
    this.#file = new JsonFile(file, keptSchema, {});
    this.#connection = connection;
    this.#redactor = redactor;
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
    if (!lab.nodes.some(({ name }) => name === wanted)) throw noSuchMachine(wanted);
    const reader = new FactReader({ signal: signal ?? this.#connection.signal, timeout: 20_000 });
    const services = await readServices(context, reader);
    const found = services.find(({ namespace, name }) => `${namespace}/${name}` === service);
    if (!found) {
      const names = services.map(({ namespace, name }) => `${namespace}/${name}`);
      throw noSuchService(service, names);
    }
    const { mode: now, reading } = await readMode(context, reader, wanted, services);
    const kept = await (now && reading ? this.#keep({ [`${wanted} ${now}`]: reading }) : this.#file.read());
    const modes = proxyModes.flatMap((mode) => {
      const one = kept[`${wanted} ${mode}`];
      if (!one || (mode === now && !reading)) return []; // what was read before is not how it is now
      const commands = Object.values(one.answers).map(({ command }) => command);
      return [{ mode, time: one.time, commands, rows: [...rowsOf(mode, one, found)] }];
    });
    return this.#redactor.value({ service, node: wanted, now: now ?? null, modes });
  }

  /** A rollout, before which they are kept: what kube-proxy has written until then can be shown beside what it writes in another mode. */
  keptBefore(rollout: Work): Work {
    return async (telling) => {
      await this.keep(telling.signal).catch(() => undefined); // what cannot be read is not kept
      return rollout(telling);
    };
  }

  /** Keeps those of the present mode of every node, before kube-proxy gets another one, where the lab is connected. What cannot be read is not kept. */
  async keep(signal: AbortSignal): Promise<void> {
    if (this.#connection.state.state !== 'open') return;
    const { context } = await unlessCancelled('client', this.#connection.session(), signal);
    const reader = new FactReader({ signal, timeout: 5_000 }); // somebody waits for the rollout
    const services = await readServices(context, reader).catch(() => undefined);
    const all = await Promise.all(
      context.lab.nodes.map(async ({ name }) => {
        const { mode, reading } = await readMode(context, reader, name, services);
        return mode && reading ? [[`${name} ${mode}`, reading] as const] : [];
      }),
    );
    await this.#keep(Object.fromEntries(all.flat()));
  }

  /** Those of a cluster that is gone are none of the next one. */
  async forget(): Promise<void> {
    await this.#file.change(() => ({}));
  }

  #keep(readings: Readonly<Record<string, ModeReading>>): Promise<Readonly<Record<string, ModeReading>>> {
    return this.#file.change((kept) => ({ ...kept, ...this.#redactor.value(readings) }));
  }
}

/** `reading` is undefined where its kernel could not be read, or has nothing of kube-proxy's yet. */
interface Present {
  /** Undefined: kube-proxy does not say. */
  readonly mode: KubeProxyMode | undefined;
  readonly reading: ModeReading | undefined;
}

async function readMode(
  { machine }: LabContext,
  reader: FactReader,
  node: string,
  services: readonly Addressed[] | undefined,
): Promise<Present> {
  const said = await reader.takeFresh(machine(node), kubeProxyMode);
  const mode = isRead(said) ? said.value : undefined;
  // without the Services of now it would not be known later which of them the tables of IPVS had
  if (mode === undefined || (mode === 'ipvs' && !services)) return { mode, reading: undefined };
  const all = await Promise.all(FACTS[mode].map((fact) => reader.takeFresh(machine(node), fact)));
  const readings = all.filter((one): one is Read<unknown> => isRead(one) && one.value !== '');
  if (readings.length < all.length) return { mode, reading: undefined };
  const answers = readings.map(({ command, output }, index): [string, ModeReading['answers'][string]] => [
    FACTS[mode][index]?.id ?? '',
    { command, text: output.stdout },
  ]);
  const time = new Date(Math.min(...readings.map(({ at }) => at))).toISOString();
  const known = mode === 'ipvs' ? (services ?? []) : [];
  return { mode, reading: { time, answers: Object.fromEntries(answers), services: known } };
}

type Rows = ServiceRules['modes'][number]['rows'];

function rowsOf(mode: KubeProxyMode, { answers, services }: ModeReading, service: Addressed): Rows {
  const textOf = ({ id }: Fact<unknown>) => answers[id]?.text ?? '';
  switch (mode) {
    case 'iptables':
      return [...iptablesRows(textOf(packetRules), service)];
    case 'nftables':
      return [...nftablesRows(textOf(kubeProxyRules), service)];
    case 'ipvs':
      return [...ipvsRows({ tables: textOf(ipvsTables), sets: textOf(ipSets) }, services, service)];
  }
}

/** @throws MachineError, of what kubectl complained of too; Refused where there is no API server */
async function readServices({ lab, machine }: LabContext, reader: FactReader): Promise<readonly Addressed[]> {
  const { name } = controlPlane(lab);
  const reading = await reader.takeFresh(machine(name), clusterList('services'));
  const list = valueOf(reading);
  if (list.state === 'none') throw noServices();
  if (list.state === 'unreadable') {
    const { command, output } = reading;
    throw new CommandFailed(name, `${name}: ${list.problem}`, { command, ...(output && { output }) });
  }
  return list.objects.map((object) => addressedOf(parseService(object)));
}
