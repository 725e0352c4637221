import type { Bundle, BundleManifest } from '../bundle/bundle.ts';
import type { KubernetesObject } from '../cluster/manifest.ts';

/** A project's own manifest out of the bundle, with each object changed where the lab asks for it. */
export async function thirdParty(
  bundle: Bundle,
  name: string,
  change: (object: KubernetesObject) => KubernetesObject = (object) => object,
): Promise<BundleManifest> {
  const manifest = await bundle.manifest(name);
  return { ...manifest, objects: manifest.objects.map(change) };
}

interface Container {
  readonly readinessProbe?: object;
  readonly args?: readonly string[];
}

/** Changes the containers of a Deployment's or DaemonSet's pods; other objects stay as they are. */
export function changeContainers(
  object: KubernetesObject,
  change: (container: Container) => Container,
): KubernetesObject {
  if (object.kind !== 'Deployment' && object.kind !== 'DaemonSet') return object;
  const spec = object['spec'] as { template: { spec: { containers: Container[] } } };
  const containers = spec.template.spec.containers.map(change);
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } } };
}

/** Readiness asked every second: with the projects' ten seconds each start waits five for nothing. Liveness stays. */
export function quickReadiness(object: KubernetesObject): KubernetesObject {
  return changeContainers(object, (container) =>
    container.readinessProbe
      ? { ...container, readinessProbe: { ...container.readinessProbe, initialDelaySeconds: 1, periodSeconds: 1 } }
      : container,
  );
}
