import { askOnce } from '../prompts.ts';
import type { Engine } from '../engine.ts';
import { hostsOf, scanHost, type Host } from '../scan-host-keys.ts';
import { Redactor } from '../../rollout/redactor.ts';
import type { LabId } from '../../contract/labs.ts';
import { anotherKey } from '../refusals.ts';
import { explanationOf } from '../refused.ts';
import { procedures } from './base.ts';

const { hostKeys } = procedures;

export const hostKeyProcedures = {
  scan: hostKeys.scan.handler(async ({ context: { engine }, input, signal }) => {
    const hosts = hostsOf(await engine.readLab(input.lab));
    const ways = waysOf(engine);
    const ends = await Promise.allSettled(hosts.map((host) => scanHost(host, ways, signal)));
    for (const end of ends) {
      if (end.status === 'fulfilled') engine.shownKeys.set(keyOf(end.value.shown), end.value);
    }
    return {
      keys: ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.shown] : [])),
      unreachable: ends.flatMap((end) => (end.status === 'rejected' ? [explanationOf(end.reason)] : [])),
    };
  }),
  trust: hostKeys.trust.handler(async ({ context: { engine }, input, signal }) => {
    const { address, port, fingerprint, replace } = input;
    const scanned =
      engine.shownKeys.get(keyOf(input)) ??
      (await scanHost(await hostAt(engine, { address, port }, input.lab), waysOf(engine), signal));
    if (scanned.shown.fingerprint !== fingerprint) throw anotherKey(scanned.shown.fingerprint);
    await scanned.pin(replace);
    return { ...scanned.shown, verdict: 'ok', pinned: [fingerprint] };
  }),
  list: hostKeys.list.handler(async ({ context: { engine } }) =>
    (await engine.knownHosts.list()).map(({ host, type, fingerprint }) => ({ host, type, fingerprint })),
  ),
  forget: hostKeys.forget.handler(({ context: { engine }, input: { host, fingerprint } }) =>
    engine.knownHosts.forget(host, fingerprint),
  ),
};

function keyOf({ address, port, fingerprint }: { address: string; port: number; fingerprint: string }): string {
  return `${address}:${port} ${fingerprint}`;
}

function waysOf({ knownHosts, questions }: Engine) {
  return { knownHosts, secrets: askOnce(questions, new Redactor()), confirm: questions.hostKey };
}

/** The host of a lab with that address, with the way to it; without a lab, straight. */
async function hostAt(
  engine: Engine,
  wanted: { address: string; port: number },
  lab: LabId | undefined,
): Promise<Host> {
  const known = lab === undefined ? [] : hostsOf(await engine.readLab(lab));
  const found = known.find(({ address, access }) => address === wanted.address && access.port === wanted.port);
  if (found) return found;
  const { address, port } = wanted;
  const access = { user: 'nobody', port, agent: false, password: false, sudo: 'passwordless' } as const;
  return { name: address, address, access };
}
