import { describe, expect, it } from 'vitest';
import { pathSchema, type Path } from '../../../src-main/contract/path.ts';
import { CommandTimedOut } from '../../../src-main/machines/errors.ts';
import type { Machine } from '../../../src-main/machines/machine.ts';
import { explain } from '../../../src-main/rollout/explain.ts';
import { spreadOf } from '../../../src-main/path/spread.ts';
import { trace } from '../../../src-main/path/trace.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies } from '../table-machine.ts';
import { sampledLab } from '../topology/sampled-lab.ts';
import { pathSample } from './sample.ts';
import { sampledReplies } from './sampled-path.ts';

/** The sampled lab while the sampled request is made. */
const requested: Replies = (command, machine) => {
  if (command.includes('hoplab_trace_')) {
    const who = { 'k8s-worker2': 'leader', 'k8s-worker1': 'second' }[machine];
    if (who === undefined) return { stdout: 'hoplab-blind no nft here\n' };
    const seen = ['nft-monitor-trace', 'conntrack-E', 'conntrack-L'].map((name) =>
      pathSample('iptables', `${who}-${name}.txt`),
    );
    return { stdout: ['hoplab-ready', ...seen, 'hoplab-watched'].join('\n') };
  }
  if (!command.includes('-sS -k -m')) return undefined;
  return { stdout: 'HTTP/1.1 200 OK\n\nhoplab 200 192.168.2.50 41001 192.168.2.200 80 0.000812 0.003411\n' };
};

async function traced(target: string, count: number, predictOnly = false): Promise<readonly Path[]> {
  const { bundle } = await exampleBundle();
  const context = contextOf({ lab: sampledLab, bundle, replies: sampledReplies('iptables', requested) });
  const { signal } = new AbortController();
  const paths: Path[] = [];
  for await (const path of trace(context, target, count, { predictOnly, recording: undefined, signal }))
    paths.push(path);
  return paths;
}

describe('tracing a target', () => {
  it('makes the request while the nodes trace it; a node that cannot is said', async () => {
    const [path] = await traced('http://192.168.2.200/', 1);
    expect(pathSchema.safeParse(path).error).toBeUndefined();
    expect(path?.end).toMatchObject({ status: 'answered', basis: { kind: 'observed' } });
    expect(path?.differences).toEqual([]);
    expect(path?.unknown.map(({ en }) => en)).toContainEqual(
      expect.stringContaining('k8s-master could not trace (no nft here)'),
    );
  });

  it('no secret of a request is in its path, and an option that is passed over is said', async () => {
    const words = "-L -b 'id=s3cret' -H 'X-Api-Key: s3cret' -d password=s3cret";
    const [path] = await traced(`curl ${words} 'http://me:s3cret@192.168.2.200/a?token=s3cret'`, 1);
    expect(path?.end.status).toBe('answered');
    expect(JSON.stringify(path)).not.toMatch(/s3cret|czNjcmV0/);
    expect(path?.notes.map(({ en }) => en)).toContainEqual(expect.stringMatching(/^curl's -L is ignored/));
  });

  it('nor in what is said of a client that did not answer in time', async () => {
    const { bundle } = await exampleBundle();
    const context = contextOf({ lab: sampledLab, bundle, replies: sampledReplies('iptables', requested) });
    const client = context.machine('client');
    const late: Machine = {
      name: client.name,
      where: client.where,
      run: (command, options) =>
        command.includes('-sS -k -m')
          ? Promise.reject(new CommandTimedOut('client', 'no answer within 20 s', { command }))
          : client.run(command, options),
      openShell: (options) => client.openShell(options),
      close: () => client.close(),
    };
    const machine = (name: string) => (name === 'client' ? late : context.machine(name));
    const target = "curl -H 'X-Api-Key: s3cret' -d password=s3cret 'http://me:s3cret@192.168.2.200/a?token=s3cret'";
    const options = { predictOnly: false, recording: undefined, signal: new AbortController().signal };
    const error = await trace({ ...context, machine }, target, 1, options)
      .next()
      .then(
        () => undefined,
        (failure: unknown) => failure,
      );
    expect(error).toBeInstanceOf(CommandTimedOut);
    expect(JSON.stringify([String(error), explain(error)])).not.toMatch(/s3cret|czNjcmV0/);
  });

  it('several requests are counted by the endpoint that took each', async () => {
    const spread = spreadOf(await traced('http://192.168.2.200/', 3));
    expect(spread).toMatchObject({ requests: 3, unanswered: 0 });
    expect(spread.shares.map(({ endpoint, requests }) => [endpoint, requests])).toEqual([
      ['10.244.1.3:8080', 0],
      ['10.244.1.4:8080', 0],
      ['10.244.3.3:8080', 3],
    ]);
  });

  it('from a pod, or when asked to predict, no request is made', async () => {
    const predicted = [
      await traced('http://192.168.2.200/', 3, true),
      await traced('pod/shortener/shortener-service-9984dbfcf-8nnm6 -> svc/shortener/shortener-service', 3),
    ];
    for (const paths of predicted) expect(paths.map(({ differences }) => differences)).toEqual([null]);
  });
});
