import { spawnSync } from 'node:child_process';

const OTHER = 'other';

/** What has changed since the tag before `commit`, as Markdown: the commits by their area (`area: Sentence.`), oldest first. */
export function changelog(repository: string, commit = 'HEAD'): string {
  const tag = git(repository, ['describe', '--tags', '--abbrev=0', '--match', 'v*', `${commit}^`]);
  const range = tag === undefined ? commit : `${tag.trim()}..${commit}`;
  const log = git(repository, ['log', '--no-merges', '--reverse', '--format=%s', range]);
  if (log === undefined) throw new Error(`git cannot read ${range} in ${repository}`);
  const areas = new Map<string, string[]>();
  for (const subject of log.split('\n').filter(Boolean)) {
    const { area, sentence } = parts(subject);
    areas.set(area, [...(areas.get(area) ?? []), `- ${sentence}`]);
  }
  const sections = [...areas].sort(([a], [b]) => Number(a === OTHER) - Number(b === OTHER) || a.localeCompare(b));
  if (sections.length === 0) return 'No changes.\n';
  return sections.map(([area, lines]) => [`## ${area}`, '', ...lines, ''].join('\n')).join('\n');
}

function parts(subject: string): { area: string; sentence: string } {
  const [, area = OTHER, sentence = subject] = /^([a-z][\w, -]*): (\S.*)$/.exec(subject) ?? [];
  return { area, sentence: sentence.replaceAll('<', '&lt;') };
}

/** Undefined: it failed, as `describe` does where there is no tag before. */
function git(repository: string, args: readonly string[]): string | undefined {
  const { status, stdout, error } = spawnSync('git', ['-C', repository, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  return status === 0 ? stdout : undefined;
}
