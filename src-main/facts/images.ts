import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

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
  parse: ({ stdout }) =>
    new Set(
      stdout
        .split('\n')
        .filter((line) => line.includes('io.cri-containerd.image=managed'))
        .map((line) => line.split(' ')[0] ?? ''),
    ),
};
