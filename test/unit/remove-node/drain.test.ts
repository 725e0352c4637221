import { describe, expect, it } from 'vitest';
import { whatBlocks } from '../../../src-main/remove-node/drain.ts';

/** As kubectl 1.37 prints it (k8s.io/kubectl/pkg/drain). */
const ALONE = `node/k8s-worker2 cordoned (server dry run)
error: unable to drain node "k8s-worker2" due to error: cannot delete Pods that declare no controller (use --force to override): default/one, default/other, continuing command...
There are pending nodes to be drained:
 k8s-worker2
cannot delete Pods that declare no controller (use --force to override): default/one, default/other`;

const BUDGET = `error when evicting pods/"shortener-1" -n "staging" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
error when evicting pods/"shortener-1" -n "staging" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
There are pending pods in node "k8s-worker2" when an error occurred: error when evicting pods/"shortener-1" -n "staging": global timeout reached: 15s`;

const SLOW = `There are pending pods in node "k8s-worker2" when an error occurred: error when waiting for pod "slow" in namespace "prod" to terminate: global timeout reached: 2m0s`;

describe('what keeps pods on a node', () => {
  it('is that no controller would start them elsewhere', () => {
    expect(whatBlocks(ALONE)?.text.en).toBe(
      'No controller would start these pods on another node: default/one, default/other',
    );
  });

  it('is a budget, of which each pod is told once', () => {
    expect(whatBlocks(BUDGET)?.text.en).toBe(
      'A PodDisruptionBudget does not let these pods be evicted: staging/shortener-1',
    );
    expect(whatBlocks(BUDGET)?.remedy.en).toContain('poddisruptionbudgets -A');
  });

  it('is that they do not end', () => {
    expect(whatBlocks(SLOW)?.text.en).toContain('did not end within 120 s: prod/slow');
  });

  it('is not known of anything else', () => {
    expect(whatBlocks('The connection to the server 192.168.2.10:6443 was refused')).toBeUndefined();
    expect(whatBlocks('')).toBeUndefined();
  });
});
