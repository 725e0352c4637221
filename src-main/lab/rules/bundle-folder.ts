import { join } from 'node:path';
import { shown } from '../finding.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** The bundle is a folder with an index. What is in it is verified when it is used. */
export const bundleFolder: Rule = ({ bundle }, { disk, paths }) => {
  if (!bundle || !disk) return [];
  const folder = paths.absolute(bundle.value);
  const state = disk.state(folder);
  const remedy = {
    en: 'Name the folder of a bundle, the one that index.json is in.',
    ja: 'index.json のあるバンドルのフォルダーを指定してください。',
  };
  if (state !== 'folder') return [{ path: bundle.path, text: stateText(state, bundle.value), remedy }];
  if (disk.state(join(folder, 'index.json')) === 'file') return [];
  const name = shown(bundle.value);
  return [
    {
      path: bundle.path,
      text: {
        en: `${name} has no index.json, so it is no bundle.`,
        ja: `${name} に index.json がないため、バンドルではありません。`,
      },
      remedy,
    },
  ];
};
