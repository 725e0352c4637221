import { z } from 'zod';
import type { KubernetesObject } from './kubernetes-object.ts';
import { isInZone } from './in-zone.ts';
import { fields } from './lab-fields.ts';
import { hostNames, type Lab } from './lab.ts';
import { appImages, firstEnvironment } from './object-names.ts';
import { imagesOf } from './pod-spec.ts';

/** The objects of all manifests of the user. */
export function ownObjects({ apps }: Pick<Lab, 'apps'>): readonly KubernetesObject[] {
  return apps.flatMap(({ objects }) => objects);
}

/** The images of all that the user runs, each once: the app's versions, and those of the manifests. */
export function userImages(lab: Pick<Lab, 'app' | 'optional' | 'apps'>): readonly string[] {
  return [...new Set([...appImages(lab), ...ownObjects(lab).flatMap(imagesOf)])];
}

const routeSchema = z.object({
  kind: z.literal('HTTPRoute'),
  metadata: z.object({ namespace: z.string().default('default') }),
  spec: z.object({
    hostnames: z.array(z.string()).default([]),
    parentRefs: z.array(z.object({ name: z.string(), namespace: z.string().optional() })).default([]),
  }),
});

/** The host names in the lab's zone for which a route of the user's manifests is at the lab's Gateway; no wildcards. */
export function ownHosts(lab: Lab): readonly string[] {
  const gateway = { name: lab.gateway.name, namespace: firstEnvironment(lab).name };
  const found = ownObjects(lab).flatMap((object) => {
    const { data } = routeSchema.safeParse(object);
    if (!data) return [];
    const isOurs = data.spec.parentRefs.some(
      ({ name, namespace = data.metadata.namespace }) => name === gateway.name && namespace === gateway.namespace,
    );
    return isOurs ? data.spec.hostnames : [];
  });
  return [...new Set(found)].filter((name) => fields.host.safeParse(name).success && isInZone(name, lab.dns.zone));
}

/** The names that the lab's zone has, all of them the VIP's: those of the app's environments, and of the user's routes. */
export function zoneNames(lab: Lab): readonly string[] {
  return [...new Set([...hostNames(lab), ...ownHosts(lab)])];
}
