import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/* `ssh -v`, to the SSH servers of instances: says which host key one proves to hold, and lets nobody in. */

const home = join(process.env['MULTIPASS_FAKE'] ?? '/tmp', 'multipass');
const address = process.argv.find((word) => word.startsWith('nobody@'))?.slice('nobody@'.length) ?? '';
const instances = (existsSync(home) ? readdirSync(home) : []).map(
  (file) => JSON.parse(readFileSync(join(home, file), 'utf8')) as { state: string; ipv4: string; hostKey?: string },
);
const found = instances.find(({ state, ipv4 }) => state === 'Running' && ipv4 === address);
const key = found?.hostKey?.split(' ')[1];
if (key === undefined) {
  process.stderr.write(`ssh: connect to host ${address} port 22: No route to host\n`);
} else {
  const sum = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replaceAll('=', '');
  process.stderr.write(
    [
      `debug1: Server host key: ssh-ed25519 SHA256:${sum}`,
      'debug1: SSH2_MSG_NEWKEYS received',
      `nobody@${address}: Permission denied (publickey).`,
      '',
    ].join('\n'),
  );
}
process.exit(255);
