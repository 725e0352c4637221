import { sh } from '../machines/command.ts';
import type { Machine } from '../machines/machine.ts';

/** How long a machine that went away, to reboot for example, is waited for. Milliseconds. */
export const PATIENCE = 300_000;

/** Until then after its boot a slow node may still be starting all that was on it. Milliseconds. */
const STARTED = 20 * 60_000;

/** How long the API server of a node is waited for: longer where the node has booted just now. Milliseconds. */
export async function patienceWithApiServer(node: Machine, signal: AbortSignal): Promise<number> {
  const { stdout } = await node.run(sh`cat /proc/uptime`, { timeout: 15_000, signal }).catch(() => ({ stdout: '' })); // then it is waited for as any other
  return patienceAfter(stdout);
}

/** @param uptime what /proc/uptime says: seconds since the boot, then others */
export function patienceAfter(uptime: string): number {
  const [seconds = ''] = uptime.split(' ');
  const left = /^\d+(?:\.\d+)?$/.test(seconds) ? STARTED - Number(seconds) * 1000 : 0;
  return Math.max(PATIENCE, left);
}
