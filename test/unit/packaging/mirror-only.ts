import { createHash } from 'node:crypto';
import type { Network } from '../../../packaging/catalogue/served.ts';

/** A network that has a mirror only: at its base address the original host is the first folder. */
export function mirrorOnly(base: string): Network {
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(base + path, { method });
    if (!answer.ok) throw new Error(`${base}${path} answered ${answer.status}`);
    return answer;
  };
  return {
    async fetch(url, { method } = {}) {
      const { headers, body } = await ask(url.replace('https:/', ''), method);
      return { headers, body: body ?? new Blob([]).stream(), close: () => void body?.cancel() };
    },
    async manifest(reference) {
      const [, repository = '', name = ''] = /^(.+?)[:@]((?:sha256:)?[^:]+)$/.exec(reference) ?? [];
      const bytes = Buffer.from(await (await ask(`/v2/${repository}/manifests/${name}`)).arrayBuffer());
      return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
    },
  };
}
