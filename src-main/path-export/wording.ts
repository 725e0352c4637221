import { causeTitles, changedFields, packetTitles, packetValue } from '../contract/path-words.ts';
import type { Basis, Branch, Hop, PathEnd } from '../contract/path.ts';
import type { Language, Text } from '../contract/text.ts';

/** `k8s-worker2 · nat PREROUTING` */
export function hopPlace({ machine, place }: Hop): string {
  return `${machine} · ${place.name}`;
}

/** `Destination IP: 192.168.2.200 → 10.244.2.7`, one a field that the hop changes. */
export function hopChanges({ before, after }: Hop, language: Language): readonly string[] {
  return changedFields(before, after).map((field) => {
    const [old, now] = [packetValue(before, field), packetValue(after, field)];
    return `${packetTitles[field][language]}: ${old ?? '–'} → ${now ?? '–'}`;
  });
}

/** `→ 33.3 %  10.244.1.3:8080  staging/web-1 · k8s-worker1`; the arrow marks the one that was taken. */
export function branchLine({ endpoint, probability, node, pod, taken }: Branch): string {
  const where = [pod, node].filter((word) => word !== null).join(' · ');
  return `${taken ? '→' : ' '} ${(probability * 100).toFixed(1)} %  ${endpoint}  ${where}`.trimEnd();
}

const basisWords: Readonly<Record<Basis['kind'], Text>> = {
  observed: { en: 'observed', ja: '観測' },
  read: { en: 'read', ja: '読み取り' },
  predicted: { en: 'predicted', ja: '予測' },
};

export function basisWord({ kind }: Basis, language: Language): string {
  return basisWords[kind][language];
}

/** `§5.3 ③`; empty where the story does not tell it. */
export function passage({ seed }: Hop): string {
  return seed === null ? '' : `§${seed.section} ${seed.step}`.trimEnd();
}

/** How a path ends: what happened first, then what it means and what to do. */
export function endLines(end: PathEnd, language: Language): readonly string[] {
  if (end.status !== 'stopped') return [end.sentence[language]];
  const { cause, sentence, meaning, remedy } = end;
  return [`${causeTitles[cause][language]}: ${sentence[language]}`, meaning[language], remedy[language]];
}
