import { components, type Components } from '../bundle/catalogue.ts';
import { wholeReference } from '../bundle/image-reference.ts';
import { images } from '../facts/images.ts';
import type { Lab, LabNode } from '../lab/lab.ts';
import { userImages } from '../lab/own-apps.ts';
import { sh } from '../machines/command.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Plan } from '../plan/plan.ts';
import { archOf, inputOf } from './install-file.ts';

/** What runs on the control plane alone. */
const STATIC_PODS = /\/(?:kube-apiserver|kube-controller-manager|kube-scheduler|etcd):/;
/** Components whose pods run where all pods run; MetalLB's speaker is on every node. */
const WORKLOADS: readonly (keyof Components)[] = ['nginx-gateway-fabric', 'agnhost'];
const CONTROLLER = '/metallb/controller:';

/**
 * Streams the images that a node lacks into its containerd, as one archive. Ends only when the CRI has learnt of them all: it does
 * so by an event, after `ctr import` has returned, and kubeadm would otherwise try to pull.
 * @param role those that a node of this role runs, as far as the bundle has them
 */
export async function importImages(
  context: LabContext,
  node: LabNode,
  role: 'control-plane' | 'worker',
): Promise<Plan> {
  const wanted = imagesOf(context.lab, role).filter((image) => context.bundle.references.has(image));
  const found = await context.read(node.name, images);
  const lacking = wanted.filter((image) => !found.has(image));
  if (lacking.length === 0) return [];
  const arch = await archOf(context, node);
  return {
    machine: node.name,
    sentence: {
      en: `Import the ${role} images into containerd on ${node.name}`,
      ja: `${node.name} の containerd に ${role} のイメージを取り込む`,
    },
    command: sh`
      ctr -n k8s.io images import - || exit
      for _ in $(seq 300); do
        ctr -n k8s.io images ls > /run/hoplab-images
        missing=''
        for image in ${lacking}; do
          grep -q "^$image .*io.cri-containerd.image=managed" /run/hoplab-images || missing=$image
        done
        [ -z "$missing" ] && break
        sleep 0.1
      done
      rm -f /run/hoplab-images
      [ -z "$missing" ] || { echo "containerd does not offer $missing to the kubelet" >&2; exit 1; }`,
    input: inputOf(() => context.bundle.images(lacking, arch)),
    timeout: 30 * 60_000,
  };
}

function imagesOf(lab: Lab, role: 'control-plane' | 'worker'): readonly string[] {
  const all = Object.entries(components(lab.kubernetes.version)) as [keyof Components, Components[keyof Components]][];
  const named = all.flatMap(([component, { images: of }]) => of.map(({ reference: image }) => ({ component, image })));
  const runs = ({ component, image }: (typeof named)[number]): boolean =>
    role === 'worker' ? !STATIC_PODS.test(image) : !WORKLOADS.includes(component) && !image.includes(CONTROLLER);
  const ofComponents = named.filter(runs).map(({ image }) => image);
  return role === 'worker' ? [...new Set([...ofComponents, ...userImages(lab).map(wholeReference)])] : ofComponents;
}
