import { computed, reactive, type UnwrapNestedRefs } from 'vue';
import type { Text } from '../../../../src-main/contract/text.ts';
import { layerNames, type Layer } from '../../../layers.ts';
import { usePreferences } from '../../../stores/preferences.ts';
import { topologyTexts } from '../../../texts/topology-texts.ts';
import type { OpenLab } from '../../../stores/labs.ts';
import { columnsOf, groupedBy, type Filter } from './columns.ts';
import { chainsOf, rulesOf } from './rules.ts';
import { pipesOf } from './tunnels.ts';

const MOST_PIPED = 5;
/** What tells of a node's packet filter, of which each program shows a part. */
const FILTER_SOURCES = ['packet-rules', 'kube-proxy-rules'];
/** Beside them where kube-proxy works with ipvs, or its mode is not known. */
const IPVS_SOURCE = 'ipvs-tables';

/** All that the picture is drawn of, as it is now. */
export type Parts = UnwrapNestedRefs<ReturnType<typeof partsOf>>;

export function usePictureParts(lab: OpenLab, filter: Filter): Parts {
  return reactive(partsOf(lab, filter));
}

function partsOf(lab: OpenLab, filter: Filter) {
  const { picture } = lab;
  const described = computed(() => lab.description?.nodes ?? []);
  const names = computed(() => described.value.map(({ name }) => name));
  const columns = computed(() => columnsOf(picture, names.value, filter));
  const environments = computed(() => new Set(lab.description?.app.environments.map(({ name }) => name)));
  const rules = computed(() =>
    rulesOf(picture.all('service'), picture.all('chain'), { app: environments.value, namespace: filter.namespace }),
  );
  const few = computed(() => names.value.length <= MOST_PIPED);
  const filters = computed(() => new Map(picture.all('filter').map((one) => [one.node, one])));
  /** A kernel that was read and has no rule is not the same as one that was not read. */
  const filterRead = (node: string): boolean =>
    (filters.value.get(node)?.proxy ?? null) !== null &&
    [...FILTER_SOURCES, ...(filters.value.get(node)?.proxy === 'ipvs' ? [IPVS_SOURCE] : [])].every(
      (source) => picture.source(`${node}/${source}`)?.state === 'ok',
    );
  return {
    described,
    names,
    columns,
    environments,
    rules,
    /** By name of a node, whose rules of kube-proxy its kernel has. */
    filters,
    chains: computed(() => chainsOf(picture.all('chain'), names.value.filter(filterRead))),
    /** By name of a node, the rules of its kernel that are none of Kubernetes. */
    others: computed(() => groupedBy(picture.all('other-rule'), ({ node }) => node)),
    /** A few nodes get a pipe for each two of them; many share one. */
    pipes: computed(() => (few.value ? pipesOf(picture.all('tunnel'), names.value) : [])),
    /** By name of a node, the entries of its forwarding table that lead to others. */
    tunnels: computed(() => groupedBy(picture.all('tunnel'), ({ from }) => from)),
    few,
    vip: computed(() => picture.all('vip')[0]),
    lan: computed(() => picture.all('lan')[0]),
    client: computed(() => picture.all('client')[0]),
    zone: computed(() => picture.all('zone')[0]),
    /** The Service that answers what the client asks for names. */
    answerer: computed(() => {
      const port = Number(picture.all('zone')[0]?.server.split(':')[1]);
      return picture.all('service').find(({ ports }) => ports.some(({ nodePort }) => nodePort === port));
    }),
    servicesKnown: computed(() => picture.all('service').length > 0),
    shows: computed(
      () =>
        Object.fromEntries(layerNames.map((one) => [one, !usePreferences().view.hiddenLayers.includes(one)])) as Record<
          Layer,
          boolean
        >,
    ),
  };
}

/** The title of a stage, as an outline names it. */
export function stageTitle(lab: OpenLab, id: string): Text {
  return lab.description?.stages.find((stage) => stage.id === id)?.title ?? { en: id, ja: id };
}

/** What of a stage is not in the picture: it comes with the stage or, when that is done, was not read. */
export function absence(lab: OpenLab, stage: string): Text {
  return lab.stages.get(stage)?.state === 'done' ? topologyTexts.notRead : topologyTexts.brings(stageTitle(lab, stage));
}

/** What is told where the packet filter of a node's kernel is not known, and why. */
export function filterUnread({ lab, node, parts }: { lab: OpenLab; node: string; parts: Parts }): {
  told: Text;
  problem: string;
} {
  const proxy = parts.filters.get(node)?.proxy;
  const mayUseIpvs = proxy === 'ipvs' || proxy === null;
  const failed = [...FILTER_SOURCES, ...(mayUseIpvs ? [IPVS_SOURCE] : [])]
    .map((source) => lab.picture.source(`${node}/${source}`))
    .find((source) => source?.state === 'unreadable');
  const told = failed || proxy === null ? topologyTexts.cannotBeRead : unread(lab, node);
  return { told: lab.picture.live || !failed ? told : topologyTexts.notRecorded, problem: failed?.problem ?? '' };
}

/** What is told where something of a node is not read: of a recording it never will be, and a node may be away. */
export function unread(lab: OpenLab, node: string): Text {
  if (lab.picture.source(`${node}/interfaces`)?.state === 'unreadable') return topologyTexts.cannotBeRead;
  return lab.picture.started && !lab.picture.live ? topologyTexts.notRecorded : topologyTexts.notRead;
}
