import { suggest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** The version is one that this Hoplab knows the parts of. */
export const kubernetesVersion: Rule = ({ version }, { catalogue }) => {
  const known = Object.keys(catalogue.kubernetes);
  if (!version || known.includes(version.value)) return [];
  const nearest = suggest(version.value, known) ?? catalogue.default;
  const others = known.filter((each) => each !== nearest);
  return [
    {
      path: version.path,
      text: {
        en: `This Hoplab does not install Kubernetes ${version.value}.`,
        ja: `この Hoplab は Kubernetes ${version.value} のインストールに対応していません。`,
      },
      remedy: {
        en: `Write ${[nearest, ...others].join(' or ')}.`,
        ja: `${[nearest, ...others].join(' または ')} と書いてください。`,
      },
    },
  ];
};
