import { describe, expect, it } from 'vitest';
import { buildPath } from '../../../../src-main/path/build-path.ts';
import type { Known } from '../../../../src-main/path/known.ts';
import { traceRules } from '../../../../src-main/path/observe/trace-rules.ts';
import { knownOf, sampledReplies } from '../sampled-path.ts';

const PORTS = { first: 41000, last: 41004 };

describe('what is traced of a request', () => {
  it('is the same where the speakers say for a moment that nobody announces the address', async () => {
    const known = await knownOf('http://192.168.2.201/', sampledReplies('iptables'));
    const { cluster, client } = known.facts;
    const statuses = cluster.statuses && { ...cluster.statuses, value: [] };
    const neighbours = client.neighbours && { ...client.neighbours, value: [] };
    const facts = { ...known.facts, client: { ...client, neighbours }, cluster: { ...cluster, statuses } };
    const unannounced: Known = { ...known, facts };
    const [whole, early] = [buildPath(known), buildPath(unannounced)];
    expect(early.end).toMatchObject({ status: 'stopped', cause: 'nobody-announces' });
    const rules = traceRules(known, whole, PORTS);
    expect(rules.marked).toEqual(expect.arrayContaining([80, 8080]));
    const traced = traceRules(unannounced, early, PORTS);
    expect(new Set(traced.marked)).toEqual(new Set(rules.marked));
    expect(traced.matches.length).toBe(rules.matches.length);
  });
});
