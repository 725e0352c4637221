import { isMap, isScalar, isSeq, parseDocument, Scalar, YAMLSeq, type Document, type YAMLMap } from 'yaml';

/** What stands in a kubeconfig for one lab. Certificates and key are base64 of PEM. */
export interface LabContext {
  /** Of the context, and of its cluster and user. */
  readonly name: string;
  /** Absolute path of the lab file: marks the entries as this lab's. */
  readonly labFile: string;
  readonly server: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Where entries of a lab stand in a text, or the first that is in the way. */
export type Standing = 'none' | 'ours' | 'foreign';

/** A kubeconfig that cannot be read as one. */
export class KubeconfigBroken extends Error {}

const LISTS = ['clusters', 'users', 'contexts'] as const;
/** Each entry of ours has an extension of this name; kubectl keeps extensions. */
const MARK = 'hoplab';

/**
 * A kubeconfig as text, edited in place: comments and what Hoplab does not know stay. The format:
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export class Kubeconfig {
  readonly #document: Document;
  /** kubectl does not indent the items of lists, others do. */
  readonly #indentSeq: boolean;

  /** @throws KubeconfigBroken */
  constructor(text: string) {
    this.#document = parseDocument(text, { logLevel: 'error' });
    const [error] = this.#document.errors;
    if (error) throw new KubeconfigBroken(error.message.split('\n')[0]);
    this.#document.contents ??= this.#document.createNode(EMPTY);
    if (!isMap(this.#document.contents)) throw new KubeconfigBroken('not a mapping of keys to values');
    for (const list of LISTS) {
      const node = this.#document.get(list);
      if (node !== undefined && node !== null && !isSeq(node)) throw new KubeconfigBroken(`${list} is not a list`);
    }
    this.#indentSeq = !/^- /m.test(text);
  }

  get current(): string {
    const current: unknown = this.#document.get('current-context');
    return typeof current === 'string' ? current : '';
  }

  set current(name: string) {
    this.#document.set('current-context', plain(name));
  }

  /** Whether entries of that name are there, and whose. */
  standing(name: string, labFile: string): Standing {
    const entries = LISTS.flatMap((list) => this.#items(list).filter((item) => item.get('name') === name));
    if (entries.length === 0) return 'none';
    return entries.every((entry) => isOf(entry, labFile)) ? 'ours' : 'foreign';
  }

  /** Puts a lab's entries in, in the place of those that it had. */
  put({ name, labFile, server, authority, certificate, key }: LabContext): void {
    this.remove(labFile, name);
    const extensions = [{ name: MARK, extension: { labFile } }];
    const cluster = { server, 'certificate-authority-data': authority, extensions };
    const user = { 'client-certificate-data': certificate, 'client-key-data': key, extensions };
    this.#add('clusters', { name: plain(name), cluster });
    this.#add('users', { name: plain(name), user });
    this.#add('contexts', { name: plain(name), context: { cluster: plain(name), user: plain(name), extensions } });
  }

  /** Takes a lab's entries out. @param next a context that comes in their place. Returns whether there were some. */
  remove(labFile: string, next?: string): boolean {
    let found = false;
    const names = new Set<unknown>();
    for (const list of LISTS) {
      const node = this.#document.get(list);
      if (!isSeq(node)) continue;
      const ours = (item: unknown) => isMap(item) && isOf(item, labFile);
      for (const item of node.items.filter(ours)) if (list === 'contexts' && isMap(item)) names.add(item.get('name'));
      const rest = node.items.filter((item) => !ours(item));
      found ||= rest.length < node.items.length;
      node.items = rest;
    }
    if (names.has(this.current) && this.current !== next) this.current = '';
    return found;
  }

  toString(): string {
    return this.#document.toString({ lineWidth: 0, indentSeq: this.#indentSeq, flowCollectionPadding: false });
  }

  #items(list: string): YAMLMap[] {
    const node = this.#document.get(list);
    return isSeq(node) ? node.items.filter((item) => isMap(item)) : [];
  }

  #add(list: string, value: unknown): void {
    let node = this.#document.get(list);
    if (!isSeq(node)) this.#document.set(list, (node = new YAMLSeq()));
    if (isSeq(node)) {
      if (node.items.length === 0) node.flow = false; // kubectl writes an empty one as []
      node.add(this.#document.createNode(value));
    }
  }
}

const EMPTY = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [],
  contexts: [],
  'current-context': '',
  preferences: {},
  users: [],
};

/** Words that YAML 1.1, which kubectl reads, takes for booleans. */
function plain(name: string): Scalar {
  const scalar = new Scalar(name);
  if (/^(?:y|n|yes|no|on|off)$/i.test(name) || name === '') scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

function isOf(entry: YAMLMap, labFile: string): boolean {
  for (const kind of ['cluster', 'user', 'context']) {
    const extensions = entry.getIn([kind, 'extensions']);
    for (const each of isSeq(extensions) ? extensions.items : []) {
      if (isMap(each) && each.get('name') === MARK && valueOf(each.getIn(['extension', 'labFile'])) === labFile)
        return true;
    }
  }
  return false;
}

const valueOf = (node: unknown): unknown => (isScalar(node) ? node.value : node);
