import type { Explanation } from '../contract/events.ts';
import type { Text } from '../contract/text.ts';

/** A stage that finds a machine in a state that it must not change: somebody has to decide. */
export class StageRefused extends Error {
  readonly machine: string;
  readonly text: Text;
  readonly remedy: Text;
  readonly offer: Explanation['offer'];
  constructor(machine: string, text: Text, remedy: Text, offer?: Explanation['offer']) {
    super(text.en);
    this.name = 'StageRefused';
    this.machine = machine;
    this.text = text;
    this.remedy = remedy;
    this.offer = offer;
  }
}
