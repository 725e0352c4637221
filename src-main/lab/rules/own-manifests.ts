import { shown, type Finding } from '../finding.ts';
import { manifestTexts } from '../manifest-texts.ts';
import { identityOf, readManifests } from '../read-manifests.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** The manifests of the user's apps are there, and are objects of Kubernetes, each in one of them. */
export const ownManifests: Rule = ({ manifests }, { disk, paths }) => {
  if (!disk) return [];
  const stated = new Map<string, string>();
  return manifests.flatMap((spot): Finding[] => {
    if (!spot) return [];
    const { path, value } = spot;
    const file = paths.absolute(value);
    const state = disk.state(file);
    if (state !== 'file' && state !== 'folder') {
      const remedy = {
        en: 'Name a folder of manifests (.yaml, .yml, .json) or one file, or remove the app from the list.',
        ja: 'マニフェスト (.yaml、.yml、.json) のフォルダーかファイルを指定するか、リストから取り除いてください。',
      };
      return [{ path, text: stateText(state, value), remedy }];
    }
    const read = readManifests(file, disk);
    if ('problems' in read) return read.problems.map((problem) => ({ path, ...problem }));
    const again = read.objects.find((object) => stated.has(identityOf(object)));
    if (again) {
      const before = stated.get(identityOf(again)) ?? '';
      return [{ path, ...manifestTexts.elsewhere(`${again.kind} ${again.metadata.name}`, shown(before)) }];
    }
    for (const object of read.objects) stated.set(identityOf(object), value);
    return [];
  });
};
