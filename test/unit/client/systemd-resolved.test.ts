import { describe, expect, it } from 'vitest';
import { detectClient, resolverZone, type ResolverZone } from '../../../src-main/client/client.ts';
import { systemdResolved } from '../../../src-main/client/linux/systemd-resolved.ts';
import { sha256Of } from '../../../src-main/machines/upload.ts';
import { changesOf } from '../../../src-main/plan/plan.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { TableMachine } from '../table-machine.ts';

const zone: ResolverZone = { zone: 'k8s.local', address: '192.168.2.10', port: 30053 };
const path = '/etc/systemd/resolved.conf.d/hoplab-k8s.local.conf';
const holding = (content: string | undefined, folders = ['', '/var/lib/hoplab/read']) =>
  new TableMachine('client', (command) => {
    if (content === undefined || !command.includes('sha256sum')) return undefined;
    const absent = ['', '/var/lib/hoplab/read'].filter((folder) => !folders.includes(folder));
    return {
      stdout: folders.map((folder) => `${sha256Of(content)}  ${folder}${path}\n`).join(''),
      stderr: absent.map((folder) => `sha256sum: ${folder}${path}: No such file or directory\n`).join(''),
      exitCode: absent.length === 0 ? 0 : 1,
    };
  });
const bare = holding(undefined);

async function written(): Promise<string> {
  const [change] = changesOf(await systemdResolved.decide(bare, zone));
  if (typeof change?.input !== 'object' || typeof change.input.content !== 'string') throw new Error('no content');
  return change.input.content;
}

describe('systemd-resolved', () => {
  it('is sent the zone, and only it, by a drop-in', async () => {
    const text = await written();
    expect(text.split('\n')).toEqual(
      expect.arrayContaining(['[Resolve]', 'DNS=192.168.2.10:30053', 'Domains=~k8s.local']),
    );
    const [change] = changesOf(await systemdResolved.decide(bare, zone));
    expect(change?.command).toContain(path);
    expect(change?.command).toMatch(/&& systemctl restart systemd-resolved && /);
  });

  it('needs no change when the drop-in is there, and one when it is another', async () => {
    expect(changesOf(await systemdResolved.decide(holding(await written()), zone))).toEqual([]);
    expect(changesOf(await systemdResolved.decide(holding('old'), zone))).toHaveLength(1);
  });

  it('is told again when it was not restarted after the drop-in was written', async () => {
    expect(changesOf(await systemdResolved.decide(holding(await written(), ['']), zone))).toHaveLength(1);
  });

  it('forgets the zone only where it knows it', async () => {
    expect(changesOf(await systemdResolved.undo(bare, zone))).toEqual([]);
    const [change] = changesOf(await systemdResolved.undo(holding(await written()), zone));
    expect(change?.command).toContain(path);
    expect(change?.command).toContain('systemctl restart systemd-resolved');
  });
});

describe('the client', () => {
  const saying = (stdout: string) => new TableMachine('client', () => ({ stdout }));

  it('is a Mac or a Linux PC by what uname says', async () => {
    expect((await detectClient(saying('Darwin\n'))).platform).toBe('macos');
    expect((await detectClient(saying('Linux\n'))).platform).toBe('linux');
  });

  it("asks the control plane for the lab's zone", () => {
    expect(resolverZone(labOf(labText()))).toEqual(zone);
  });
});
