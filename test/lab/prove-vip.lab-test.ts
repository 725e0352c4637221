import { expect, test } from 'vitest';
import { bare, client, exec, writeLabFile } from './lab.ts';
import { failures, finished, rollOut } from './roll-out.ts';
import { ALL, onlyWithAll } from './with-all.ts';

const NODES = ['cp', 'w1', 'w2'];
onlyWithAll('the proof of the VIP on a finished cluster');

/** Addresses of the pool that a node has now. */
async function lent(): Promise<string> {
  const all = await Promise.all(
    NODES.map((node) => exec(node, 'ip -4 -o addr show | grep -o "192[.]168[.]2[.]2[0-9][0-9]"')),
  );
  return all.map(({ stdout }) => stdout).join('');
}

test('on bare nodes a spare address is reached at one node, then at another; nothing is left', async () => {
  await bare();
  await writeLabFile({ user: 'lab' });
  const run = await rollOut(['prove-vip']);
  expect(failures(run)).toBe('');
  expect(finished(run)).toMatchObject({ status: 'done', changes: 4, checks: { passed: 5, failed: 0 } });
  const reached = run.events.flatMap((event) =>
    event.event === 'check-finished' && event.check.startsWith('reached-at-') ? [event] : [],
  );
  for (const [index, node] of ['w1', 'w2'].entries()) {
    const { stdout: keys } = await exec(node, 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done');
    const { stdout: links } = await exec(node, 'ip -j addr');
    const said = reached[index]?.actual.en ?? '';
    expect(keys).toContain(/SHA256:\S+/.exec(said)?.[0] ?? 'no key');
    expect(links).toContain(/MAC (\S+)/.exec(said)?.[1] ?? 'no MAC');
  }
  expect(await lent()).toBe('');
});

test.skipIf(!ALL)(
  'on a finished cluster an address that no Service has is taken, and its Services are not disturbed',
  async () => {
    await bare();
    await writeLabFile({ user: 'lab' });
    expect(failures(await rollOut(['up', '--to', 'metallb']))).toBe('');
    const { stdout: before } = await client('curl -s -o /dev/null -w "%{http_code}" http://192.168.2.200/');
    const run = await rollOut(['prove-vip']);
    expect(failures(run)).toBe('');
    const { stdout: after } = await client('curl -s -o /dev/null -w "%{http_code}" http://192.168.2.200/');
    expect([before, after]).toEqual(['200', '200']);
  },
);
