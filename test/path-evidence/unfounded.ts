import type { Basis, Path, PathEvidence } from '../../src-main/contract/path.ts';
import type { Machine } from '../../src-main/machines/machine.ts';

/** A question to a machine, and all that it printed. */
export interface Said {
  readonly machine: string;
  readonly command: string;
  readonly text: string;
}

/** The same machine; what it says is noted, in the order of the questions. */
export function noted(machine: Machine, said: Said[]): Machine {
  return {
    name: machine.name,
    where: machine.where,
    async run(command, options) {
      const place = said.push({ machine: machine.name, command, text: '' }) - 1;
      const output = await machine.run(command, options);
      said[place] = { machine: machine.name, command, text: `${output.stdout}\n${output.stderr}` };
      return output;
    },
    openShell: (options) => machine.openShell(options),
    close: () => machine.close(),
  };
}

/**
 * What a path shows as output and is none, and what it calls observed or read without a line that says so: `PLACE: what`. Empty: each
 * line of an observed hop and end stands in what was printed for the request itself, each other line in some answer. The request
 * begins where the first node is told to trace.
 */
export function unfounded({ legs, end }: Pick<Path, 'legs' | 'end'>, said: readonly Said[]): readonly string[] {
  const begun = said.findIndex(({ command }) => command.includes('hoplab_trace_'));
  const [before, during] = begun < 0 ? [said, []] : [said.slice(0, begun), said.slice(begun)];
  const ends = end.status === 'unknown' ? [] : [{ id: 'end', basis: end.basis, evidence: end.evidence }];
  return [...legs.flatMap(({ hops }) => hops), ...ends].flatMap(({ id, basis, evidence }) =>
    problemsOf(basis, evidence, { before, during }).map((problem) => `${id}: ${problem}`),
  );
}

interface Answers {
  readonly before: readonly Said[];
  readonly during: readonly Said[];
}

function problemsOf({ kind }: Basis, evidence: readonly PathEvidence[], { before, during }: Answers): string[] {
  const answers = kind === 'observed' ? during : [...before, ...during.filter((one) => !isOfRequest(one))];
  const all = kind === 'predicted' ? [...before, ...during] : answers;
  const strange = evidence.flatMap((piece) =>
    piece.lines
      .filter((line) => !all.some((answer) => isAnswer(answer, piece) && holds(answer.text, line)))
      .map((line) => `${kind}, but ${piece.machine} $ ${piece.command.slice(0, 60)} did not print: ${line}`),
  );
  const isBare = kind === 'observed' && evidence.every(({ lines }) => lines.length === 0);
  return isBare ? [...strange, 'observed without a line'] : strange;
}

/** Whether it is the request, or a node that watches it: no table. */
function isOfRequest({ command }: Said): boolean {
  return command.includes('hoplab_trace_') || /hoplab %|\+noall/.test(command);
}

/** curl reads its options on standard input: the command that is shown has them behind it. */
function isAnswer({ machine, command }: Said, shown: PathEvidence): boolean {
  return shown.machine === machine && (shown.command === command || shown.command.startsWith(`${command} <<`));
}

/** A whole line of an answer; of JSON, which may have all in one line, a part that is more than punctuation. */
function holds(text: string, line: string): boolean {
  if (/^\s*[[{]/.test(text)) return text.includes(line) && line.trim() !== '';
  return line.trim() !== '' && text.split('\n').some((one) => one.trim() === line.trim());
}
