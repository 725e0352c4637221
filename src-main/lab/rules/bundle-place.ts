import { join } from 'node:path';
import { shown } from '../finding.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** The bundle is a file, or a folder with an index. What is in it is verified when it is used. */
export const bundlePlace: Rule = ({ bundle }, { disk, paths }) => {
  if (!bundle || !disk) return [];
  const folder = paths.absolute(bundle.value);
  const state = disk.state(folder);
  const remedy = {
    en: 'Name a bundle: the file that `hoplab bundle create` wrote, or the folder that index.json is in.',
    ja: 'バンドルを指定してください。`hoplab bundle create` が書いたファイルか、index.json のあるフォルダーです。',
  };
  if (state === 'file') return [];
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
