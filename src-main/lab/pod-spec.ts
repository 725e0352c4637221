import { z } from 'zod';
import type { KubernetesObject } from './kubernetes-object.ts';

const containers = z
  .array(z.looseObject({ image: z.string().optional(), imagePullPolicy: z.string().optional() }))
  .optional();
const podSpec = z.looseObject({ containers, initContainers: containers });

type PodSpec = z.infer<typeof podSpec>;

const TEMPLATE = ['spec', 'template', 'spec'];

/** Where an object of a kind states its pods. */
const PODS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: TEMPLATE,
  DaemonSet: TEMPLATE,
  StatefulSet: TEMPLATE,
  ReplicaSet: TEMPLATE,
  ReplicationController: TEMPLATE,
  Job: TEMPLATE,
  CronJob: ['spec', 'jobTemplate', ...TEMPLATE],
};

/** The images that the pods of an object run, as they are written there. */
export function imagesOf(object: KubernetesObject): readonly string[] {
  const found: string[] = [];
  changePods(object, (spec) => {
    const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
    found.push(...all.flatMap(({ image }) => image ?? []));
    return spec;
  });
  return found;
}

/**
 * The object, whose pods take images that are on the node: where a manifest says nothing, Kubernetes would ask the registry for each
 * image with the tag `latest` or without one, and nodes need no internet.
 */
export function withImagesOfNode(object: KubernetesObject): KubernetesObject {
  const stated = (list: PodSpec['containers']) =>
    list?.map((one) => ({ ...one, imagePullPolicy: one.imagePullPolicy ?? 'IfNotPresent' }));
  return changePods(object, (spec) => ({
    ...spec,
    ...(spec.containers && { containers: stated(spec.containers) }),
    ...(spec.initContainers && { initContainers: stated(spec.initContainers) }),
  }));
}

/** The object with another specification of its pods; as it is where it has none, or one that Kubernetes would not understand. */
function changePods(object: KubernetesObject, change: (spec: PodSpec) => PodSpec): KubernetesObject {
  const path = Object.hasOwn(PODS, object.kind) ? PODS[object.kind] : undefined;
  return path ? (changeAt(object, path, change) as KubernetesObject) : object;
}

function changeAt(value: unknown, [key, ...rest]: readonly string[], change: (spec: PodSpec) => PodSpec): unknown {
  if (key === undefined) {
    const { data } = podSpec.safeParse(value);
    return data ? change(data) : value;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: changeAt((value as Record<string, unknown>)[key], rest, change) };
}
