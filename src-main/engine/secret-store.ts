import { join } from 'node:path';
import { z } from 'zod';
import type { AuthorityStore } from '../authority/certificate-authority.ts';
import { JsonFile } from './json-file.ts';
import type { Prompts, SecretQuestion } from './prompts.ts';
import type { Questions } from './waiting-questions.ts';

/** Encrypts with a key that only this user of this computer has. */
export interface Encryption {
  encrypt(text: string): string;
  /** @throws when it was encrypted by another user, or on another computer */
  decrypt(text: string): string;
}

/**
 * The secrets that the user asked Hoplab to remember, and the keys of CAs: encrypted, in `secrets.json` of its folder. Without an encryption as they
 * are, in a file that says so by its name and that only this user, and root, can read.
 */
export class SecretStore {
  readonly #file: JsonFile<typeof schema>;
  readonly #encryption: Encryption;

  constructor(home: string, encryption: Encryption | undefined) {
    const name = encryption ? 'secrets.json' : 'secrets-not-encrypted.json';
    this.#file = new JsonFile(join(home, name), schema, {});
    this.#encryption = encryption ?? { encrypt: (text) => text, decrypt: (text) => text };
  }

  /** Where the key of a lab's CA is kept, without asking. */
  authority(lab: string): AuthorityStore {
    const key = `${lab} ca-key`;
    return { read: () => this.read(key), keep: (text) => this.keep(key, text) };
  }

  /** By key: lab, kind and, of a passphrase, the key's file; of this computer's own sudo, `this-computer`. */
  async keys(): Promise<readonly SecretKey[]> {
    return Object.keys(await this.#file.read()).map(secretKey);
  }

  async read(key: string): Promise<string | undefined> {
    const kept = (await this.#file.read())[key];
    if (kept === undefined) return undefined;
    try {
      return this.#encryption.decrypt(kept);
    } catch {
      await this.forget(key); // of another time or place: the user is asked again
      return undefined;
    }
  }

  async keep(key: string, secret: string): Promise<void> {
    const kept = this.#encryption.encrypt(secret);
    await this.#file.change((all) => ({ ...all, [key]: kept }));
  }

  async forget(key: string): Promise<void> {
    await this.#file.change((all) => Object.fromEntries(Object.entries(all).filter(([name]) => name !== key)));
  }
}

/** What a secret is kept under. */
export interface SecretKey {
  readonly id: string;
  readonly lab: string;
  readonly kind: SecretQuestion['kind'] | 'ca-key';
  readonly keyFile: string | null;
}

const KINDS = ['password', 'sudo-password', 'passphrase', 'ca-key'] as const;

function secretKey(id: string): SecretKey {
  const [lab = '', kind = '', ...file] = id.split(' ');
  return { id, lab, kind: KINDS.find((one) => one === kind) ?? 'password', keyFile: file.join(' ') || null };
}

const schema = z.record(z.string(), z.string());

/** Asks for a lab's secrets, and answers with those that were remembered. One that did not help is asked for the next time. */
export class RememberedPrompts implements Prompts {
  readonly hostKey: Prompts['hostKey'];
  readonly #questions: Questions;
  readonly #store: SecretStore;
  readonly #lab: string;
  /** What was answered out of the store: when it is asked for again, it did not help. */
  readonly #given = new Set<string>();

  constructor(questions: Questions, store: SecretStore, lab: string) {
    this.hostKey = questions.hostKey;
    this.#questions = questions;
    this.#store = store;
    this.#lab = lab;
  }

  async secret(question: SecretQuestion, signal?: AbortSignal): Promise<string | undefined> {
    const key = [this.#lab, question.kind, question.own ? 'this-computer' : (question.keyFile ?? '')].join(' ').trim();
    if (this.#given.has(key)) await this.#store.forget(key);
    const kept = await this.#store.read(key);
    if (kept !== undefined) {
      this.#given.add(key);
      return kept;
    }
    const { secret, remember } = await this.#questions.askSecret(question, signal);
    this.#given.delete(key);
    if (secret !== undefined && remember) await this.#store.keep(key, secret);
    return secret;
  }
}
