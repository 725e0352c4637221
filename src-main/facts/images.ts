import { sh } from '../machines/command.ts';
import { linesOf } from './entries.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/** There is no containerd yet, or it does not run: so there are no images of it. */
const NO_RUNTIME =
  /\bctr: (?:command )?not found|containerd\.sock.{0,500}(?:no such file or directory|connection refused)/;

/**
 * References of the images that containerd offers to the kubelet. Source: `ctr images ls`; only images with the CRI's own
 * label count, since the CRI learns of an imported image some time after `ctr import` has returned.
 */
export const images: Fact<ReadonlySet<string>> = {
  id: 'images',
  sudo: true,
  command: sh`ctr -n k8s.io images ls`,
  accept: 'any',
  slow: true,
  parse(printed) {
    if (printed.exitCode !== 0 && !NO_RUNTIME.test(printed.stderr)) throw noAnswer(printed);
    const [head, ...listed] = linesOf(printed.stdout, (line) => (line.includes(' ') ? line : undefined));
    if (printed.exitCode === 0 && !head?.startsWith('REF ')) throw new Error('no list of images');
    const managed = listed.filter((line) => line.includes('io.cri-containerd.image=managed'));
    return new Set(managed.map((line) => line.slice(0, line.indexOf(' '))));
  },
};
