import { BundleError } from '../bundle/bundle-error.ts';
import { components, imagesOf, type Components } from '../bundle/catalogue.ts';
import { images } from '../facts/images.ts';
import { nodesForPods } from '../lab/lab.ts';
import type { LabContext } from '../plan/lab-context.ts';

/**
 * Refuses a component whose images neither the bundle nor the nodes have, before anything of it is applied: its pods would
 * wait for ever. @throws BundleError
 */
export async function requireImages(context: LabContext, component: keyof Components): Promise<void> {
  const { lab, bundle } = context;
  const lacking = imagesOf(components(lab.kubernetes.version)[component]).filter(
    (image) => !bundle.references.has(image),
  );
  if (lacking.length === 0) return;
  const nodes = nodesForPods(lab);
  const found = await Promise.all(nodes.map(({ name }) => context.read(name, images)));
  const at = found.findIndex((there) => !lacking.every((image) => there.has(image)));
  const node = nodes[at];
  if (node === undefined) return;
  const names = lacking.join(', ');
  throw new BundleError({
    en: `The bundle lacks ${names}, and ${node.name} does not have them either: make the bundle again with them, name archives of them in images of the lab file, or import them into containerd on each node that runs pods (ctr -n k8s.io images import FILE).`,
    ja: `バンドルに ${names} がなく、${node.name} にもありません。それを含むバンドルを作り直すか、そのアーカイブをラボファイルの images に書くか、Pod を動かす各ノードの containerd に取り込んでください (ctr -n k8s.io images import FILE)。`,
  });
}
