import type { Text } from '../contract/text.ts';

/** A target that cannot be read. */
export class TargetError extends Error {
  readonly text: Text;
  constructor(text: Text) {
    super(text.en);
    this.name = 'TargetError';
    this.text = text;
  }
}
