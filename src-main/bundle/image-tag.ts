const TAG = /:(?<tag>[^/:@]+)(?:@.*)?$/;

/** `registry.k8s.io/pause` of `registry.k8s.io/pause:3.10.2`. */
export function withoutTag(image: string): string {
  return image.replace(TAG, '');
}

/** `3.10.2` of `registry.k8s.io/pause:3.10.2`; empty where there is none. */
export function tagOf(image: string): string {
  return TAG.exec(image)?.groups?.['tag'] ?? '';
}
