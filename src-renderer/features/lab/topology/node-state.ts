import type { ElementOf } from '../../../../src-main/contract/topology.ts';
import type { Text } from '../../../../src-main/contract/text.ts';
import { topologyTexts } from '../../../texts/topology-texts.ts';

/** How a node is, as its icon shows it. */
export type NodeState = 'ok' | 'attention' | 'waiting' | 'unknown';

export function nodeState(node: ElementOf<'node'> | undefined): NodeState {
  if (node?.registered === false) return 'waiting';
  if (!node?.registered) return 'unknown';
  return node.ready ? 'ok' : 'attention';
}

/** The same in a word. */
export function nodeStateWord(state: NodeState): Text {
  return {
    unknown: topologyTexts.notRead,
    waiting: topologyTexts.notRegistered,
    ok: topologyTexts.ready,
    attention: topologyTexts.notReady,
  }[state];
}
