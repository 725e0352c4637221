import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { KubernetesObject } from '../lab/kubernetes-object.ts';

export type { KubernetesObject };

/**
 * A custom resource definition, kept as text: they are thousands of lines long, and parsing them would cost seconds for
 * nothing, since only their names matter.
 */
export interface Definition {
  readonly kind: 'CustomResourceDefinition';
  readonly name: string;
  readonly text: string;
  /** Of the text. */
  readonly hash: string;
}

export interface Manifest {
  readonly objects: readonly KubernetesObject[];
  readonly definitions: readonly Definition[];
}

/** Labels that every object carries which Hoplab applies: the stage it belongs to, and the hash of what was applied. */
export const STAGE_LABEL = 'hoplab.dev/stage';
export const APPLIED_LABEL = 'hoplab.dev/applied';

/** The stage of the user's own objects, as their label says. */
export const OWN_APPS = 'own-apps';

/** Reads a manifest of several YAML documents, as projects publish them. */
export function readManifest(text: string): Manifest {
  const documents = text.split(/^---\s*$/m).filter((document) => /^kind:/m.test(document));
  const definitions = documents.filter((document) => /^kind: CustomResourceDefinition\s*$/m.test(document));
  const others = documents.filter((document) => !definitions.includes(document));
  return {
    definitions: definitions.map(readDefinition),
    objects: others.map((document) => parse(document) as KubernetesObject),
  };
}

/** The object with its labels of belonging. The hash is that of the object without them, and without what is random in a secret. */
export function labelled(object: KubernetesObject, stage: string): KubernetesObject {
  const hash = shortHash(JSON.stringify({ ...object, stringData: undefined }));
  const labels = { ...object.metadata.labels, [STAGE_LABEL]: stage, [APPLIED_LABEL]: hash };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** The definition's text with its labels of belonging, and the hash among them. */
export function labelledDefinition({ text, hash }: Definition, stage: string): string {
  const lines = text.split('\n');
  const metadata = lines.indexOf('metadata:');
  const after = lines.findIndex((line, index) => index > metadata && /^\S/.test(line));
  const end = after === -1 ? lines.length : after;
  const labels = lines.findIndex((line, index) => index > metadata && index < end && line === '  labels:');
  const added = [`    ${STAGE_LABEL}: ${stage}`, `    ${APPLIED_LABEL}: "${hash}"`];
  if (labels === -1) lines.splice(metadata + 1, 0, '  labels:', ...added);
  else lines.splice(labels + 1, 0, ...added);
  return lines.join('\n');
}

function readDefinition(text: string): Definition {
  const metadata = text.slice(text.search(/^metadata:\s*$/m));
  const name = /^ {2}name: (\S+)$/m.exec(metadata)?.[1];
  if (name === undefined) throw new Error('a CustomResourceDefinition without a name');
  return { kind: 'CustomResourceDefinition', name, text, hash: shortHash(text) };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
