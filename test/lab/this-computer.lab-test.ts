import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasGateway } from './gateway-images.ts';
import { accept, bare, exec, writeLabFile } from './lab.ts';
import { hoplabOnClient as hoplab, installOnClient, ON_CLIENT } from './on-client.ts';
import { ALL, onlyWithAll } from './with-all.ts';

onlyWithAll('the client as this computer, 3 minutes');

/** Hoplab on the client itself, as on a user's PC: it changes the resolver of the computer it runs on. */
describe.runIf(ALL && hasGateway)('client: this-computer', () => {
  test('up from the client machine itself ends with all checks passed, and undo puts its resolver back', async () => {
    const info = await bare();
    const set = {
      'ssh.key': '/root/.ssh/id_ed25519',
      'source.bundle': `${ON_CLIENT}/bundle`,
      'overrides.kubeadm': `${ON_CLIENT}/overrides.yaml`,
    };
    await writeLabFile({ user: 'lab', client: 'local', set, path: join(installOnClient(info), 'lab.yaml') });
    expect(await hoplab('trust --yes')).toMatchObject({ exitCode: 0 });
    const up = await hoplab('up');
    expect(up.exitCode, up.stdout.slice(-3000)).toBe(0);
    expect((await accept()).wrongs).toEqual([]);
    expect((await hoplab('undo client-resolver')).exitCode).toBe(0);
    expect((await exec('client', 'getent ahostsv4 url-shortener.staging.k8s.local')).exitCode).not.toBe(0);
    expect((await exec('client', 'ls /etc/systemd/resolved.conf.d')).stdout).toBe('');
  });
});
