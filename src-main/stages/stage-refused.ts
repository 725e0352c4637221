import type { Explanation } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';

/** A stage that finds a machine in a state that it must not change: somebody has to decide. */
export class StageRefused extends Error {
  readonly machine: string;
  readonly text: Text;
  readonly remedy: Text;
  /** What the machine said, and what a window offers besides. */
  readonly more: Partial<Pick<Explanation, 'detail' | 'offer'>>;
  constructor(machine: string, text: Text, remedy: Text, more: StageRefused['more'] = {}) {
    super(text.en);
    this.name = 'StageRefused';
    this.machine = machine;
    this.text = text;
    this.remedy = remedy;
    this.more = more;
  }
}
