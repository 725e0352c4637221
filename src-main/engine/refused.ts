import type { Explanation } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';
import { explain } from '../rollout/explain.ts';

/** The engine does not do what it was asked, and says what to do instead. Asking again changes nothing. */
export class Refused extends Error {
  readonly title: Text;
  readonly remedy: Text;
  constructor(title: Text, remedy: Text) {
    super(title.en);
    this.name = 'Refused';
    this.title = title;
    this.remedy = remedy;
  }
}

/** What a person reads about any error of the engine. */
export function explanationOf(error: unknown): Explanation {
  return error instanceof Refused ? { title: error.title, detail: '', remedy: error.remedy } : explain(error);
}
