import { verbatim } from '../contract/text.ts';
import { programs } from '../facts/programs.ts';
import { passedIf, type Answer, type Question } from './check.ts';
import { howToInstall } from './program-packages.ts';

/** The answer to the question whether all of these programs are found. */
export async function missingPrograms(question: Question, names: readonly string[], sudo: boolean): Promise<Answer> {
  const found = await question.read(question.machineName, programs(names, sudo));
  const { missing } = found;
  return {
    status: passedIf(missing.length === 0),
    expected: verbatim(names.join(', ')),
    actual:
      missing.length === 0
        ? { en: 'all found', ja: 'すべてある' }
        : { en: `not found: ${missing.join(', ')}`, ja: `見つからない: ${missing.join('、')}` },
    meaning: {
      en: 'Later stages and paths use these programs, and would stop halfway without them.',
      ja: '後のステージやパスの追跡がこれらを使う。足りないと途中で止まってしまう。',
    },
    remedy: howToInstall(found),
  };
}
