import { VM_IMAGES } from '../../contract/machines.ts';
import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** An image that is named by its file is there. */
export const vmImage: Rule = ({ vmImage: image }, { disk, paths }) => {
  if (!disk || !image || VM_IMAGES.some((name) => name === image.value)) return [];
  const state = disk.state(paths.absolute(image.value));
  if (state === 'file') return [];
  return [
    {
      path: image.path,
      text: stateText(state, image.value),
      remedy: {
        en: `Write ${VM_IMAGES.join(', ')}, or the path of a cloud image.`,
        ja: `${VM_IMAGES.join('、')} か、クラウドイメージのパスを書いてください。`,
      },
    },
  ];
};
