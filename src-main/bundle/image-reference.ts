import { addressOf } from '../address-of.ts';

/** An image's name, in its parts. */
export interface ImageReference {
  /** HOST or HOST:PORT. */
  readonly registry: string;
  /** `library/nginx`. */
  readonly path: string;
  /** A digest (`sha256:…`) where there is one, else a tag. */
  readonly at: string;
}

const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const AT = /^(?:\w[\w.-]{0,127}|sha256:[0-9a-f]{64})$/;

/**
 * `REGISTRY/PATH:TAG`, `REGISTRY/PATH@sha256:HEX` or both. As with Docker, `nginx` is `docker.io/library/nginx:latest`.
 * @throws Error for what is no reference
 */
export function parseReference(reference: string): ImageReference {
  const { name, tag = 'latest', digest } = partsOf(reference);
  const at = digest ?? tag;
  if (!AT.test(at) || !AT.test(tag)) throw new Error(`${reference} is no reference of an image`);
  return { ...repositoryOf(name), at };
}

/** A reference without tag and digest, as it is written: `registry.k8s.io/pause` of `registry.k8s.io/pause:3.10.2`. */
export function nameOf(reference: string): string {
  return partsOf(reference).name;
}

/** `3.10.2` of `registry.k8s.io/pause:3.10.2`; empty where there is none. */
export function tagOf(reference: string): string {
  return partsOf(reference).tag ?? '';
}

function partsOf(reference: string): { name: string; tag: string | undefined; digest: string | undefined } {
  const [named = '', digest] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon === -1) return { name: named, tag: undefined, digest };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}

/** The whole name of an image, as containerd lists it: `docker.io/library/nginx:latest` of `nginx`. @throws Error for what is no reference */
export function wholeReference(reference: string): string {
  const { registry, path, at } = parseReference(reference);
  if (!at.startsWith('sha256:')) return `${registry}/${path}:${at}`;
  return `${registry}/${path}${reference.slice(reference.indexOf('@'))}`;
}

/** `REGISTRY/PATH`. @throws Error for what is none */
export function repositoryOf(name: string): { registry: string; path: string } {
  const first = name.split('/')[0] ?? '';
  const named = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const registry = named ? first : 'docker.io';
  const rest = named ? name.slice(first.length + 1) : name;
  const path = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  if (!PATH.test(path) || !addressOf(`https://${registry}/`)) throw new Error(`${name} is no name of an image`);
  return { registry, path };
}
