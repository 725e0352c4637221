import logUpdate from 'log-update';
import { downloadedWords } from '../contract/download-words.ts';
import type { EventOf, Evidence, Explanation, RolloutEvent } from '../contract/events.ts';
import type { Language, Text } from '../contract/text.ts';
import type { Settings } from './command-settings.ts';
import { downloadLine } from './download-line.ts';
import { paint } from './terminal.ts';

/** From here on a check is long enough to say how long it took. Milliseconds. */
const LONG = 1000;

type ChangeStarted = EventOf<'change-started'>;

interface Running {
  readonly change: ChangeStarted;
  readonly since: number;
  /** 0 to 1 while something big is sent. */
  part?: number;
}

/** Tells a rollout to a person: lines as things end; in a terminal, what is going on below them. */
export class HumanOutput {
  readonly #settings: Settings;
  readonly #live: boolean;
  readonly #running = new Map<string, Running>();
  readonly #outputs = new Map<string, string>();
  /** Explanations that were shown: a change's failure is the rollout's as well. */
  readonly #told = new Set<string>();
  readonly #timer: NodeJS.Timeout | undefined;
  #recorded = false;
  #download: EventOf<'download-progress'> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#live = process.stdout.isTTY && !process.env['CI'];
    if (this.#live) this.#timer = setInterval(() => this.#draw(), 200).unref();
  }

  tell(event: RolloutEvent): void {
    const lines = this.#lines(event);
    if (lines.length > 0) this.#print(lines);
    else if (this.#live) this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#live) logUpdate.clear();
  }

  #lines(event: RolloutEvent): readonly string[] {
    switch (event.event) {
      case 'stage-started':
        return [
          '',
          paint.bold(`${event.stage} · ${this.#say(event.title)}`),
          paint.dim(`  ${this.#say(event.solves)}`),
        ];
      case 'change-started':
        this.#running.set(event.change, { change: event, since: performance.now() });
        return [];
      case 'change-progress':
        return this.#progress(event);
      case 'change-output':
        this.#outputs.set(event.change, (this.#outputs.get(event.change) ?? '') + event.text);
        return [];
      case 'change-finished':
        return this.#changeEnded(event.change, paint.green('+'), event.duration);
      case 'change-failed':
        return [
          ...this.#changeEnded(event.change, paint.red('✗'), event.duration),
          ...this.#explained(event.explanation),
        ];
      case 'waiting':
        return [paint.yellow(`  … ${this.#say(event.sentence)}`)];
      case 'check-finished':
        return this.#check(event);
      case 'stage-undone':
        return [`${paint.green('↩')} ${event.stage}: ${this.#counted(event.changes)} ${seconds(event.duration)}`];
      case 'rollout-finished':
        return this.#finished(event);
      case 'rollout-started':
        this.#recorded = event.recording !== undefined;
        return event.recording
          ? [paint.bold(paint.magenta(recordingLine(event.recording, this.#settings.language)))]
          : [];
      case 'download-progress':
        return this.#downloading(event);
      case 'download-finished':
        return this.#downloaded(event);
      case 'check-started':
      case 'stage-finished':
        return [];
    }
  }

  #progress({ change, bytes, total }: EventOf<'change-progress'>): readonly string[] {
    const running = this.#running.get(change);
    if (running) running.part = bytes / total;
    return [];
  }

  /** Said once where lines stay; else it is drawn below them. */
  #downloading(event: EventOf<'download-progress'>): readonly string[] {
    const before = this.#download;
    this.#download = event;
    if (event.waiting && event.waiting.en !== before?.waiting?.en)
      return [paint.yellow(`  … ${this.#say(event.waiting)}`)];
    if (this.#live || before) return [];
    return [this.#say(downloadLine(event))];
  }

  #downloaded({ bytes, duration }: EventOf<'download-finished'>): readonly string[] {
    this.#download = undefined;
    return [`  ${paint.green('↓')} ${this.#say(downloadedWords(bytes))} ${seconds(duration)}`];
  }

  #changeEnded(id: string, sign: string, duration: number): readonly string[] {
    const change = this.#running.get(id)?.change;
    this.#running.delete(id);
    const output = this.#outputs.get(id) ?? '';
    this.#outputs.delete(id);
    if (!change) return [];
    const early = change.ahead ? paint.dim(this.#say({ en: ' (early)', ja: ' (先行)' })) : '';
    const line = `  ${sign} ${this.#say(change.sentence)}${early} ${seconds(duration)}`;
    return this.#settings.verbose ? [line, ...shown(change.command, output)] : [line];
  }

  #check(check: EventOf<'check-finished'>): readonly string[] {
    const name = `${this.#say(check.sentence)} ${paint.dim(`(${check.machine})`)}`;
    if (check.status === 'not-applicable')
      return [`  ${paint.dim('-')} ${name} ${paint.dim(this.#say(check.meaning))}`];
    const sign = check.status === 'passed' ? paint.green('✓') : paint.red('✗');
    const took = this.#settings.verbose || check.duration >= LONG ? ` ${seconds(check.duration)}` : '';
    const line = `  ${sign} ${name} ${paint.cyan(this.#say(check.actual))}${took}`;
    const details = this.#settings.verbose ? [...asked(check.evidence), `      ${this.#say(check.meaning)}`] : [];
    return check.status === 'passed' ? [line, ...details] : [line, ...this.#failedCheck(check), ...details];
  }

  #failedCheck({ expected, meaning, remedy, evidence }: EventOf<'check-finished'>): readonly string[] {
    return [
      `      ${this.#say({ en: 'expected', ja: '期待' })}: ${this.#say(expected)}`,
      `      ${this.#say({ en: 'meaning', ja: '意味' })}: ${this.#say(meaning)}`,
      ...(remedy ? [`      ${paint.yellow(this.#say({ en: 'what to do', ja: '対処' }))}: ${this.#say(remedy)}`] : []),
      ...(this.#settings.verbose ? [] : asked(tellingOf(evidence), BRIEF)),
    ];
  }

  #explained(explanation: Explanation): readonly string[] {
    const { machine = '', title, detail, reason, remedy, command } = explanation;
    const id = [machine, title.en, detail].join('\n');
    if (this.#told.has(id)) return [];
    this.#told.add(id);
    return [
      `      ${paint.red(this.#say(title))}`,
      ...(command === undefined || this.#settings.verbose ? [] : [paint.dim(`      $ ${oneLine(command)}`)]),
      ...indented(detail),
      ...(reason ? [`      ${this.#say({ en: 'likely reason', ja: '考えられる原因' })}: ${this.#say(reason)}`] : []),
      `      ${paint.yellow(this.#say({ en: 'what to do', ja: '対処' }))}: ${this.#say(remedy)}`,
    ];
  }

  #finished({
    status,
    changes,
    checks,
    halfDone,
    explanation,
    duration,
  }: EventOf<'rollout-finished'>): readonly string[] {
    const words: Record<typeof status, Text> = {
      done: { en: 'done', ja: '完了' },
      failed: { en: 'failed', ja: '失敗' },
      cancelled: { en: 'stopped', ja: '中止' },
    };
    const colour = status === 'done' ? paint.green : paint.red;
    const summary = this.#say({
      en: `${changes} changes, ${checks.passed} checks passed, ${checks.failed} failed, ${checks.notApplicable} not applicable`,
      ja: `変更 ${changes} 件、チェック ${checks.passed} 件合格・${checks.failed} 件失敗・${checks.notApplicable} 件対象外`,
    });
    const half = halfDone.map(
      ({ sentence }) => `  ${paint.yellow('!')} ${this.#say({ en: 'incomplete', ja: '途中' })}: ${this.#say(sentence)}`,
    );
    const again = this.#say({
      en: 'The next `hoplab up` continues from here.',
      ja: '次の `hoplab up` が続きから進めます。',
    });
    return [
      '',
      ...(explanation ? this.#explained(explanation) : []),
      ...half,
      `${colour(paint.bold(this.#say(words[status])))} · ${summary} · ${seconds(duration)}${this.#recorded ? this.#say(RECORDED) : ''}`,
      ...(half.length > 0 ? [again] : []),
    ];
  }

  #counted(changes: number): string {
    return this.#say({ en: `undone (${changes} changes)`, ja: `元に戻した (変更 ${changes} 件)` });
  }

  #say(text: Text): string {
    return text[this.#settings.language];
  }

  #print(lines: readonly string[]): void {
    if (this.#live) logUpdate.clear();
    // what a machine said in several lines does not look like one of ours
    this.#settings.terminal.print(lines.map((line) => line.replaceAll('\n', '\n        ')).join('\n'));
    if (this.#live) this.#draw();
  }

  #draw(): void {
    const lines = [...this.#running.values()].slice(-12).map(({ change, since, part }) => {
      const progress = part === undefined ? '' : ` ${Math.floor(part * 100)} %`;
      return paint.dim(`  ⋯ ${this.#say(change.sentence)}${progress} ${seconds(performance.now() - since)}`);
    });
    const download = this.#download ? [paint.dim(this.#say(downloadLine(this.#download)))] : [];
    logUpdate(this.#settings.terminal.readable([...download, ...lines].join('\n')));
  }
}

const RECORDED: Text = { en: ' · recording, no machine was touched', ja: ' · 記録の再生 (マシンには触れていない)' };

/** Says that what follows is a recording, when it was made and how fast it is played. */
export function recordingLine(
  { recorded, speed }: { recorded: string; speed?: number | undefined },
  language: Language,
): string {
  const day = recorded.slice(0, 10);
  const fast = speed !== undefined && Number.isFinite(speed);
  const rhythm: Text = fast
    ? { en: speed === 1 ? 'in real time' : `at ${speed} times the speed`, ja: speed === 1 ? '実時間' : `${speed} 倍速` }
    : { en: 'instantly', ja: '最速' };
  const text: Text = {
    en: `Recording of a real lab, made on ${day}, played ${rhythm.en}. No machine is touched.`,
    ja: `実際のラボの記録 (${day})、${rhythm.ja}で再生。マシンには触れません。`,
  };
  return text[language];
}

function shown(command: string, output: string): readonly string[] {
  return [...command.split('\n').map((line) => paint.dim(`      $ ${line}`)), ...indented(output.trim())];
}

/** Lines of one answer that are shown without -v. */
const BRIEF = 8;

/** The commands that tell most of why a check failed: those that failed, else the last. */
function tellingOf(evidence: readonly Evidence[]): readonly Evidence[] {
  const failed = evidence.filter(({ exitCode, problem }) => exitCode !== 0 || problem !== undefined);
  return (failed.length > 0 ? failed : evidence).slice(-2);
}

function asked(evidence: readonly Evidence[], most = Infinity): readonly string[] {
  return evidence.flatMap(({ machine, command, stdout, stderr, omitted = 0 }) => [
    paint.dim(`      ${machine}$ ${oneLine(command)}`),
    ...indented(brief(`${stdout}${stderr}`.trim(), most)),
    ...(omitted > 0 ? indented(`… (+${omitted})`) : []),
  ]);
}

function brief(text: string, most: number): string {
  const lines = text.split('\n');
  if (lines.length <= most && (most === Infinity || lines.every((line) => line.length <= 400))) return text;
  const more = lines.length > most ? ['…'] : [];
  return [...lines.slice(0, most).map(oneLine), ...more].join('\n');
}

function indented(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n').map((line) => paint.dim(`        ${line}`));
}

function oneLine(command: string): string {
  const line = command
    .split('\n')
    .map((part) => part.trim())
    .join(' ');
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}

function seconds(duration: number): string {
  return paint.dim(`${(duration / 1000).toFixed(1)} s`);
}
