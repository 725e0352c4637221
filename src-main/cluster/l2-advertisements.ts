import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { jsonEntries, jsonEntry } from '../facts/json-entries.ts';
import { objectName } from '../facts/network-values.ts';
import { jsonOf, kubectl, ofCluster } from './kubectl.ts';
import { keyOf, metadataSchema } from './metadata.ts';

const advertisementSchema = z.looseObject({
  metadata: metadataSchema.loose(),
  spec: z
    .looseObject({ ipAddressPools: z.array(objectName).nullish(), interfaces: z.array(z.string()).nullish() })
    .nullish(),
});
const listSchema = z.object({ items: z.array(advertisementSchema) });

/** How MetalLB announces addresses by ARP: an L2Advertisement (metallb.io/v1beta1). */
export interface L2Advertisement {
  readonly namespace: string;
  readonly name: string;
  /** Empty: all, or by their labels. */
  readonly pools: readonly string[];
  /** Empty: all of a node. */
  readonly interfaces: readonly string[];
  /** Its text in the answer. */
  readonly source: string;
}

/** All L2Advertisements; undefined: there is no cluster. */
export const l2Advertisements: Fact<readonly L2Advertisement[] | undefined> = {
  id: 'l2-advertisements',
  ...ofCluster,
  command: kubectl`get l2advertisements.metallb.io -A -o json`,
  parse(printed) {
    const sources = jsonEntries(jsonEntry(printed.stdout, 'items')?.value ?? '');
    return jsonOf(printed, listSchema)?.items.map(({ metadata, spec }, index) => ({
      ...keyOf(metadata),
      pools: spec?.ipAddressPools ?? [],
      interfaces: spec?.interfaces ?? [],
      source: sources[index]?.source ?? '',
    }));
  },
};

const poolSchema = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }) });

/** The pool from which MetalLB has given a Service its address, as it notes there. */
export function poolOf(service: unknown): string | undefined {
  return poolSchema.safeParse(service).data?.metadata.annotations['metallb.io/ip-allocated-from-pool'];
}

/**
 * The L2Advertisements for a pool where all of them name interfaces, and none of these is in `devices`: MetalLB then announces its
 * addresses nowhere there. Empty: that is not so. `pool` undefined: all count.
 */
export function elsewhere(
  advertisements: readonly L2Advertisement[],
  pool: string | undefined,
  devices: ReadonlySet<string>,
): readonly L2Advertisement[] {
  const own = advertisements.filter(({ pools }) => pool === undefined || pools.length === 0 || pools.includes(pool));
  const isHere = ({ interfaces }: L2Advertisement) =>
    interfaces.length === 0 || interfaces.some((one) => devices.has(one));
  return own.some(isHere) ? [] : own;
}
