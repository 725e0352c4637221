import { images } from '../facts/images.ts';
import type { LabNode } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { Plan } from '../plan/plan.ts';
import type { LabContext } from '../plan/lab-context.ts';

/**
 * Streams an archive of images into a node's containerd when one of them is missing. Ends only when the CRI has learnt of
 * them all: it does so by an event, after `ctr import` has returned, and kubeadm would otherwise try to pull.
 */
export async function importImages(
  context: LabContext,
  node: LabNode,
  archive: 'control-plane' | 'worker',
): Promise<Plan> {
  const file = context.bundle.file('images', archive);
  const wanted = file.images;
  const found = await context.read(node.name, images);
  if (wanted.every((image) => found.has(image))) return [];
  return {
    machine: node.name,
    sentence: {
      en: `Import the ${archive} images into containerd on ${node.name}`,
      ja: `${node.name} の containerd に ${archive} のイメージを取り込む`,
    },
    command: sh`
      ctr -n k8s.io images import - || exit
      for _ in $(seq 300); do
        ctr -n k8s.io images ls > /run/hoplab-images
        missing=''
        for image in ${wanted}; do
          grep -q "^$image .*io.cri-containerd.image=managed" /run/hoplab-images || missing=$image
        done
        [ -z "$missing" ] && break
        sleep 0.1
      done
      rm -f /run/hoplab-images
      [ -z "$missing" ] || { echo "containerd does not offer $missing to the kubelet" >&2; exit 1; }`,
    input: { content: () => file.open(), size: file.size },
    timeout: 30 * 60_000,
  };
}
