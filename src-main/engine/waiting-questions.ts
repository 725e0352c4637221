import { randomUUID } from 'node:crypto';
import type { OpenQuestion, QuestionAnswer } from '../contract/questions.ts';
import { Changes, follow } from './changes.ts';
import type { Prompts, SecretQuestion } from './prompts.ts';
import { Refused } from './refused.ts';

interface Waiting {
  readonly question: OpenQuestion;
  readonly settle: (answer: QuestionAnswer) => void;
}

/** Questions that wait for the user at a window. */
export class Questions implements Prompts {
  readonly #waiting = new Map<string, Waiting>();
  readonly #changes = new Changes();
  /** The keys that are asked about now, by who waits until when. */
  readonly #keys = new WeakMap<object, Map<string, Promise<boolean>>>();

  async secret(question: SecretQuestion, signal?: AbortSignal): Promise<string | undefined> {
    return (await this.askSecret(question, signal)).secret;
  }

  /** As `secret`, with the user's wish that it be remembered. */
  async askSecret(
    { kind, machine, keyFile, sentence }: SecretQuestion,
    signal?: AbortSignal,
  ): Promise<{ secret?: string; remember: boolean }> {
    const answer = await this.#ask({ kind, machine, sentence, fingerprint: null, keyFile: keyFile ?? null }, signal);
    return answer.answer === 'secret' ? answer : { remember: false };
  }

  /** A key that several machines of a lab wait for, that of their jump host, is asked about once. */
  readonly hostKey = (machine: string, fingerprint: string, signal?: AbortSignal): Promise<boolean> => {
    const keys = this.#keys.get(signal ?? this) ?? new Map<string, Promise<boolean>>();
    this.#keys.set(signal ?? this, keys);
    const asked = keys.get(fingerprint) ?? this.#askKey(machine, fingerprint, signal);
    keys.set(fingerprint, asked);
    return asked.finally(() => keys.delete(fingerprint));
  };

  answer(id: string, answer: QuestionAnswer): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) throw nobodyWaits();
    waiting.settle(answer);
  }

  /** Refuses all that wait: the last window has gone. */
  refuseAll(): void {
    for (const { settle } of [...this.#waiting.values()]) settle({ answer: 'refuse' });
  }

  follow(signal: AbortSignal | undefined): AsyncGenerator<OpenQuestion[], void, undefined> {
    let seen = -1;
    const take = (): OpenQuestion[] | undefined => {
      if (seen === this.#changes.version) return undefined;
      seen = this.#changes.version;
      return [...this.#waiting.values()].map(({ question }) => question);
    };
    return follow(this.#changes, take, { signal, pause: 20 });
  }

  async #askKey(machine: string, fingerprint: string, signal: AbortSignal | undefined): Promise<boolean> {
    const sentence = {
      en: `${machine} shows an unknown host key. Is it the one on its console?`,
      ja: `${machine} のホスト鍵はまだ知られていません。コンソールに表示される鍵と同じですか?`,
    };
    const answer = await this.#ask({ kind: 'host-key', machine, sentence, fingerprint, keyFile: null }, signal);
    return answer.answer === 'accept';
  }

  /** A question that nobody waits for any more is refused. */
  #ask(asked: Omit<OpenQuestion, 'id'>, signal: AbortSignal | undefined): Promise<QuestionAnswer> {
    if (signal?.aborted) return Promise.resolve({ answer: 'refuse' });
    const id = randomUUID();
    return new Promise((resolve) => {
      const refuse = () => settle({ answer: 'refuse' });
      signal?.addEventListener('abort', refuse, { once: true });
      const settle = (answer: QuestionAnswer) => {
        signal?.removeEventListener('abort', refuse);
        this.#waiting.delete(id);
        this.#changes.tell();
        resolve(answer);
      };
      this.#waiting.set(id, { question: { id, ...asked }, settle });
      this.#changes.tell();
    });
  }
}

function nobodyWaits(): Refused {
  return new Refused(
    { en: 'This answer is no longer needed', ja: 'この回答を待っている処理はもうありません' },
    { en: 'Connect again, and answer the new question.', ja: 'もう一度接続し、そのときの質問に答えてください。' },
  );
}
