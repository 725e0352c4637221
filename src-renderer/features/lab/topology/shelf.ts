import type { Text } from '../../../../src-main/contract/text.ts';
import type { Layer } from '../../../layers.ts';
import { topologyTexts } from '../../../texts/topology-texts.ts';
import type { OpenLab } from '../../../stores/labs.ts';
import { absence, type Parts } from './parts.ts';

/** What a later stage brings and has no node of its own yet: an outline across the nodes. */
export interface Later {
  readonly title: Text;
  readonly absence: Text;
  readonly layer: Layer;
}

export function shelfOf(lab: OpenLab, { environments, shows }: Pick<Parts, 'environments' | 'shows'>): Later[] {
  const later: Later[] = [];
  if (shows.app && !lab.picture.all('pod').some(({ namespace }) => environments.has(namespace))) {
    later.push({ title: topologyTexts.appPods, absence: absence(lab, 'node-port'), layer: 'app' });
  }
  if (shows.gateway && !lab.picture.all('gateway').length) {
    const title = `Gateway ${lab.description?.gateway ?? ''}`;
    later.push({ title: { en: title, ja: title }, absence: absence(lab, 'gateway'), layer: 'gateway' });
  }
  return later;
}
