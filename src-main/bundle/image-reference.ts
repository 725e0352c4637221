import { addressOf } from './address.ts';

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
  const [named = '', digest] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon === -1 ? 'latest' : named.slice(colon + 1);
  const name = repositoryOf(colon === -1 ? named : named.slice(0, colon));
  const at = digest ?? tag;
  if (!AT.test(at) || !AT.test(tag)) throw new Error(`${reference} is no reference of an image`);
  return { ...name, at };
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
