import type { Rule } from './rule.ts';
import { stateText } from './state-text.ts';

/** The certificates that are trusted for downloads are in a file that is there. */
export const caFile: Rule = ({ ca }, { disk, paths }) => {
  if (!ca || !disk) return [];
  const state = disk.state(paths.absolute(ca.value));
  if (state === 'file') return [];
  const remedy = {
    en: 'Name a file with the certificate of your authority (PEM), or remove the key.',
    ja: '認証局の証明書のファイル (PEM) を指定するか、キーを取り除いてください。',
  };
  return [{ path: ca.path, text: stateText(state, ca.value), remedy }];
};
