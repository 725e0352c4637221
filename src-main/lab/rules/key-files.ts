import type { Draft, DraftAccess } from '../draft.ts';
import { shown, type Finding, type Path } from '../finding.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** Every private key that would be used is a file that can be read; of a key in the agent the public one is enough. */
export const keyFiles: Rule = (draft, { disk, paths }) => {
  if (!disk) return [];
  const keys = accesses(draft).flatMap(({ key, jumpKey, agent = draft.access.agent }) =>
    [key, jumpKey].flatMap((spot) => (spot ? [{ ...spot, agent: agent?.value }] : [])),
  );
  const found = keys.flatMap(({ path, value, agent }): Finding[] => {
    if (value.endsWith('.pub') && !agent) return [publicKey(path, value)];
    const state = disk.state(paths.absolute(value));
    if (state === 'file') return [];
    const remedy = {
      en: 'Name a private key, for example ~/.ssh/id_ed25519.',
      ja: '~/.ssh/id_ed25519 など、秘密鍵を指定してください。',
    };
    return [{ path, text: stateText(state, value), remedy }];
  });
  const missing = needsDefaultKey(draft) && disk.state(paths.defaultKey) !== 'file';
  return missing ? [...found, noDefaultKey(draft.access.path)] : found;
};

function accesses({ access, clientAccess, nodes }: Draft): DraftAccess[] {
  return [access, ...nodes.map((node) => node.access), ...(clientAccess ? [clientAccess] : [])];
}

function needsDefaultKey({ access, clientAccess, nodes, provider }: Draft): boolean {
  const machines = [...(provider ? [] : nodes).map((node) => node.access), ...(clientAccess ? [clientAccess] : [])];
  return machines.some((own) => {
    const asked = [own.key ?? access.key, (own.agent ?? access.agent)?.value, (own.password ?? access.password)?.value];
    return !asked.some(Boolean);
  });
}

function publicKey(path: Path, value: string): Finding {
  const half = shown(value.slice(0, -'.pub'.length));
  return {
    path,
    text: {
      en: `${shown(value)} is a public key, but the private one is needed.`,
      ja: `${shown(value)} は公開鍵ですが、必要なのは秘密鍵です。`,
    },
    remedy: { en: `Write ${half}.`, ja: `${half} と書いてください。` },
  };
}

function noDefaultKey(access: Path): Finding {
  return {
    path: [...access, 'key'],
    text: {
      en: 'No key is named, and the default ~/.ssh/id_ed25519 does not exist or cannot be read.',
      ja: '鍵の指定がなく、既定の ~/.ssh/id_ed25519 も存在しないか読み取れません。',
    },
    remedy: {
      en: 'Write key: PATH, agent: true or password: true under ssh.',
      ja: 'ssh に「key: パス」「agent: true」「password: true」のいずれかを書いてください。',
    },
  };
}
