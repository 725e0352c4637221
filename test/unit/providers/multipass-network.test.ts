import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkInterfaceInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { multipassNetwork } from '../../../src-main/providers/multipass/multipass-network.ts';
import { FakeVms } from '../../fake-programs/fake-vms.ts';

const having = (cidr: string): NetworkInterfaceInfo[] => [
  { address: cidr.split('/')[0] ?? '', netmask: '', family: 'IPv4', mac: '', internal: false, cidr },
];

describe("the network of Multipass's VMs", { timeout: 60_000 }, () => {
  let fake: FakeVms;
  afterEach(() => fake.close());

  describe('on a Mac', () => {
    beforeEach(() => {
      fake = new FakeVms('multipass');
    });

    it("is that of the one bridge of vmnet, which is not Lima's", async () => {
      const interfaces = {
        en0: having('192.168.2.7/24'),
        bridge0: having('10.0.0.1/24'),
        bridge100: having('192.168.64.1/24'),
        bridge101: having('192.168.105.1/24'),
      };
      expect(await multipassNetwork(fake.computer, interfaces)).toBe('192.168.64.0/24');
    });

    it('is not known without a bridge, nor with several', async () => {
      expect(await multipassNetwork(fake.computer, { en0: having('192.168.2.7/24') })).toBeUndefined();
      const several = { bridge100: having('192.168.64.1/24'), bridge101: having('192.168.66.1/24') };
      expect(await multipassNetwork(fake.computer, several)).toBeUndefined();
    });

    it('is that of an instance that runs, whatever bridges there are', async () => {
      fake.instance('stopped', { state: 'Stopped', ipv4: '192.168.64.9' });
      fake.instance('primary', { state: 'Running', ipv4: '192.168.66.5' });
      const several = { bridge100: having('192.168.64.1/24'), bridge101: having('192.168.66.1/23') };
      expect(await multipassNetwork(fake.computer, several)).toBe('192.168.66.0/23');
      expect(await multipassNetwork(fake.computer, {})).toBe('192.168.66.0/24');
    });

    it('is that of the bridge where Multipass does not answer', async () => {
      fake.tell('no-service');
      expect(await multipassNetwork(fake.computer, { bridge100: having('192.168.64.1/24') })).toBe('192.168.64.0/24');
      expect(await multipassNetwork(fake.computer, {})).toBeUndefined();
    });

    it('is not one that is too small for addresses that Hoplab chooses', async () => {
      expect(await multipassNetwork(fake.computer, { bridge100: having('192.168.64.1/26') })).toBeUndefined();
    });
  });

  it('on Linux is that of its bridge, which has no carrier while nothing runs', async () => {
    fake = new FakeVms('multipass', 'linux');
    fake.replace('ip', 'echo "Device \\"mpqemubr0\\" does not exist." >&2; exit 1');
    expect(await multipassNetwork(fake.computer, {})).toBeUndefined();
    const printed =
      '[{"ifname":"mpqemubr0","flags":["NO-CARRIER","BROADCAST","MULTICAST","UP"],"addr_info":[{"family":"inet","local":"10.212.7.1","prefixlen":24}]}]';
    writeFileSync(join(fake.folder, 'printed'), printed);
    fake.replace('ip', `test "$*" = "-4 -j addr show dev mpqemubr0" && cat ${join(fake.folder, 'printed')}`);
    expect(await multipassNetwork(fake.computer, { bridge100: having('192.168.64.1/24') })).toBe('10.212.7.0/24');
  });
});
