import type { Finding } from '../finding.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** Archives of images are files or folders that are there. What is in them is seen when they are used. */
export const imageArchives: Rule = ({ images }, { disk, paths }) => {
  if (!disk) return [];
  return images.flatMap((image): Finding[] => {
    const state = image && disk.state(paths.absolute(image.value));
    if (!state || state === 'file' || state === 'folder') return [];
    const remedy = {
      en: 'Name an archive that `docker save -o FILE IMAGE` wrote, or an OCI image layout; or remove it from the list.',
      ja: '`docker save -o ファイル イメージ` が書いたアーカイブか OCI イメージレイアウトを指定するか、リストから取り除いてください。',
    };
    return [{ path: image.path, text: stateText(state, image.value), remedy }];
  });
};
