import { copyFileSync, cpSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bin, builtCli } from '../set-up/built.ts';
import { hasGateway } from './gateway-images.ts';
import { accept, bare, exec, writeLabFile, type LabInfo } from './lab.ts';

/** Where Hoplab lies on the client machine; /var/lib of a machine is a folder of this computer. */
const FOLDER = '/var/lib/hoplab-test';

const all = process.env['HOPLAB_LAB_ALL'] === '1';
if (!all) console.log('SKIPPED: the client as this computer, 3 minutes: npm run test:lab -- --all');

/** Hoplab on the client itself, as on a user's PC: it changes the resolver of the computer it runs on. */
describe.runIf(all && hasGateway)('client: this-computer', () => {
  test('up from the client machine itself ends with all checks passed, and undo puts its resolver back', async () => {
    const info = await bare();
    await install(info);
    expect(await hoplab('trust --yes')).toMatchObject({ exitCode: 0 });
    const up = await hoplab('up');
    expect(up.exitCode, up.stdout.slice(-3000)).toBe(0);
    expect((await accept()).wrongs).toEqual([]);
    expect((await hoplab('undo client-resolver')).exitCode).toBe(0);
    expect((await exec('client', 'getent ahostsv4 url-shortener.staging.k8s.local')).exitCode).not.toBe(0);
    expect((await exec('client', 'ls /etc/systemd/resolved.conf.d')).stdout).toBe('');
  });
});

function hoplab(command: string) {
  return exec(
    'client',
    `HOPLAB_HOME=${FOLDER}/home HOPLAB_FILE=${FOLDER}/lab.yaml ${FOLDER}/node ${FOLDER}/main/cli.cjs ${command}`,
  );
}

async function install(info: LabInfo): Promise<void> {
  const folder = join(info.state, 'nodes', 'client', 'varlib', 'hoplab-test');
  mkdirSync(folder, { recursive: true });
  copyFileSync(realpathSync(bin('node')), join(folder, 'node')); // with its right to be run
  cpSync(dirname(builtCli()), join(folder, 'main'), { recursive: true });
  cpSync(info.bundle, join(folder, 'bundle'), { recursive: true });
  cpSync(info.overrides, join(folder, 'overrides.yaml'));
  const set = {
    'ssh.key': '/root/.ssh/id_ed25519',
    'source.bundle': `${FOLDER}/bundle`,
    'overrides.kubeadm': `${FOLDER}/overrides.yaml`,
  };
  await writeLabFile({ user: 'lab', client: 'local', set, path: join(folder, 'lab.yaml') });
}
