import type { Rule } from './rule.ts';

/** Exactly one node is the control plane. */
export const nodeRoles: Rule = ({ nodes }) => {
  const controlPlanes = nodes.flatMap(({ role }) => (role?.value === 'control-plane' ? [role] : []));
  if (controlPlanes.length === 0 && nodes.length > 0 && nodes.every(({ role }) => role)) {
    return [
      {
        path: ['nodes'],
        at: 'key',
        text: { en: 'No node is the control plane.', ja: 'control-plane のノードがありません。' },
        remedy: {
          en: 'Give one node the role control-plane.',
          ja: 'ノード 1 台の role を control-plane にしてください。',
        },
      },
    ];
  }
  return controlPlanes.slice(1).map(({ path }) => ({
    path,
    text: {
      en: 'There is a control plane already, and this version makes clusters with one.',
      ja: 'control-plane のノードがすでにあります。このバージョンで作れるクラスターの control-plane は 1 台です。',
    },
    remedy: { en: 'Make this node a worker.', ja: 'このノードの role を worker にしてください。' },
  }));
};
