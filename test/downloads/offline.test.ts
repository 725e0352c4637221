import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bin, root } from '../set-up/built.ts';
import { hasProgram } from '../unit/has-program.ts';

/** What a client says of an address, in a network namespace of its own. */
function within(prepare: string, url: string): unknown {
  const script = `
    const { webClient } = await import('./src-main/downloads/web-client.ts');
    const error = await webClient({ mirrors: { hosts: {} } }).fetch('${url}').catch((reason) => reason);
    console.log(JSON.stringify({ kind: error.kind, en: error.text?.en, retryable: error.retryable }));
    process.exit();`;
  const shell = `${prepare}; exec "$@"`;
  const args = ['--net', 'sh', '-c', shell, 'sh', bin('node'), '--input-type=module', '-e', script];
  const { stdout } = spawnSync('unshare', args, { cwd: root, encoding: 'utf8' });
  return JSON.parse(stdout);
}

test.skipIf(!hasProgram('unshare', '--net', 'ip', 'link'))(
  'a computer without network is said to be that',
  () => {
    for (const url of ['https://files.test/x', 'https://203.0.113.9/x']) {
      expect(within('true', url)).toMatchObject({
        kind: 'no-network',
        en: expect.stringMatching(/no network.*bundle/) as unknown,
      });
    }
    const link =
      'ip link add lan0 type veth peer name lan1; ip addr add 192.0.2.1/24 dev lan0; ip link set lan0 up; ip link set lan1 up';
    expect(within(link, 'https://203.0.113.9/x')).toMatchObject({
      kind: 'no-network',
      en: expect.stringContaining('203.0.113.9 cannot be reached (ENETUNREACH)') as unknown,
    });
    expect(within(link, 'https://files.test/x')).toMatchObject({
      kind: 'dns',
      en: expect.stringMatching(/files\.test cannot be found.*(?:EAI_AGAIN|ENOTFOUND)/) as unknown,
    });
  },
  60_000,
);
