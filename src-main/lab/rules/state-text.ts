import type { Text } from '../../contract/text.ts';
import { shown } from '../finding.ts';
import type { PathState } from '../lab-disk.ts';

/** What is wrong with a path that should have been something else. */
export function stateText(state: PathState, path: string): Text {
  const name = shown(path);
  switch (state) {
    case 'missing':
      return { en: `${name} does not exist.`, ja: `${name} がありません。` };
    case 'unreadable':
      return { en: `You may not read ${name}.`, ja: `${name} を読み取る権限がありません。` };
    case 'folder':
      return { en: `${name} is a folder, not a file.`, ja: `${name} はファイルではなくフォルダーです。` };
    case 'file':
      return { en: `${name} is a file, not a folder.`, ja: `${name} はフォルダーではなくファイルです。` };
    case 'other':
      return { en: `${name} is not a regular file.`, ja: `${name} は通常のファイルではありません。` };
  }
}
