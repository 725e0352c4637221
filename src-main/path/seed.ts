import type { Hop } from '../contract/path.ts';

type Passage = NonNullable<Hop['seed']>;

const at = (section: string, step: string): Passage => ({ section, step });

/** Where the story tells each kind of hop. */
export const seed = {
  query: at('4.3', '①'),
  zone: at('4.3', '②'),
  named: at('4.3', '③'),
  arp: at('2.2', '①②'),
  arrives: at('2.2', '③④'),
  nodePort: at('1.1', '①②'),
  enters: at('5.3', '①'),
  services: at('5.3', '②'),
  chooses: at('5.3', '③'),
  translates: at('5.3', '④'),
  choosesAndTranslates: at('5.3', '③④'),
  routes: at('5.3', '⑤'),
  encapsulates: at('5.4', '⑥'),
  decapsulates: at('5.4', '⑦'),
  bridge: at('5.4', '⑧'),
  pod: at('5.4', '⑨'),
  listener: at('3.2', '④⑤'),
  backend: at('3.2', '⑥⑦'),
  answers: at('3.2', '⑨'),
  wayBack: at('5.5', ''),
} as const;
