import type { PlannedDownloads, PlannedRollout } from '../contract/lab-session.ts';
import type { DownloadItem } from '../downloads/downloads.ts';
import { changesOf } from '../plan/plan.ts';
import type { Redactor } from '../rollout/redactor.ts';
import type { Session } from '../rollout/session.ts';
import type { Stage } from '../stages/stage.ts';
import { explanationOf } from './refused.ts';

/** What stages would change now, and what is not in the cache yet of what they install. @throws DownloadError */
export async function planStages(
  stages: readonly Stage[],
  { context, online }: Session,
  { redactor, signal }: { redactor: Redactor; signal: AbortSignal },
): Promise<PlannedRollout> {
  const planned = await Promise.all(
    stages.map(async (stage) => {
      const { id } = stage;
      try {
        const changes = changesOf(await stage.decide(context));
        const told = changes.map(({ machine, sentence, command }) => ({ machine, sentence, command }));
        return { stage: id, changes: redactor.value(told), failure: null };
      } catch (error) {
        return { stage: id, changes: [], failure: redactor.value(explanationOf(error)) };
      }
    }),
  );
  // decisions bring the manifests that they need into the cache
  return { downloads: online ? summaryOf(await online.items(signal)) : null, stages: planned };
}

function summaryOf(items: readonly DownloadItem[]): PlannedDownloads {
  const hosts = new Map<string, { host: string; files: number; bytes: number }>();
  let [bytes, cached] = [0, 0];
  for (const { from, size, have } of items) {
    if (have) {
      cached += size;
      continue;
    }
    const { files, bytes: before } = hosts.get(from) ?? { files: 0, bytes: 0 };
    hosts.set(from, { host: from, files: files + 1, bytes: before + size });
    bytes += size;
  }
  return { hosts: [...hosts.values()], bytes, cached };
}
