import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

export interface Programs {
  readonly missing: readonly string[];
  /** The distribution and those it descends from, as os-release(5) names them: `ubuntu debian`; empty on a Mac. */
  readonly distribution: string;
}

/** Which of the given programs are not found as root, where Hoplab's commands look. */
export function programs(names: readonly string[], sudo = true): Fact<Programs> {
  return {
    id: 'programs',
    sudo,
    command: sh`
      for program in ${names}; do command -v "$program" > /dev/null || echo "missing $program"; done
      echo "of $(sed -n -E 's/^ID(_LIKE)?="?([^"]*)"?$/\\2/p' /etc/os-release 2> /dev/null | tr '\\n' ' ')"`,
    parse(printed) {
      const distribution = /^of (.*)$/m.exec(printed.stdout)?.[1];
      if (distribution === undefined) throw noAnswer(printed);
      const missing = [...printed.stdout.matchAll(/^missing (.+)$/gm)].map(([, name = '']) => name);
      return { missing, distribution: distribution.trim() };
    },
  };
}
