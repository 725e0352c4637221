import type { Text } from '../contract/text.ts';
import type { Secrets } from '../machines/ssh/ssh-secrets.ts';
import type { Redactor } from '../rollout/redactor.ts';

/** A secret that only the user knows. */
export interface SecretQuestion {
  readonly kind: 'password' | 'sudo-password' | 'passphrase';
  /** The first machine that needs it. */
  readonly machine: string;
  readonly keyFile?: string;
  /** It is that of this computer itself: kept apart from those of the machines. */
  readonly own?: true;
  readonly sentence: Text;
}

/** What the engine asks the person at its door. */
export interface Prompts {
  /** Undefined: there is nobody to ask, or the user gave none. `signal`: nobody waits for the answer any more. */
  secret(question: SecretQuestion, signal?: AbortSignal): Promise<string | undefined>;
  /** Whether a host key that is seen for the first time is the one on the machine's console; absent: nobody is asked. */
  readonly hostKey?: ((machine: string, fingerprint: string, signal?: AbortSignal) => Promise<boolean>) | undefined;
}

/** The secrets of a lab's machines, and that of the computer that Hoplab runs on. */
export interface AskedSecrets extends Secrets {
  /** Of this computer's own user, whose password is another one than the machines'. */
  ownSudoPassword(): Promise<string | undefined>;
}

/** Asks for each secret once for all machines of a lab, and has each redacted from everything that Hoplab writes. */
export function askOnce(prompts: Prompts, redactor: Redactor): AskedSecrets {
  const known = new Map<string, Promise<string | undefined>>();
  const get = (key: string, question: SecretQuestion): Promise<string | undefined> => {
    const asked = known.get(key) ?? prompts.secret(question);
    known.set(key, asked);
    return asked.then((secret) => {
      if (secret !== undefined) redactor.add(secret);
      return secret;
    });
  };
  return {
    password: (machine) =>
      get('password', {
        kind: 'password',
        machine,
        sentence: {
          en: `SSH password for ${machine} (and the other machines):`,
          ja: `${machine} (とほかのマシン) の SSH パスワード:`,
        },
      }),
    sudoPassword: (machine) =>
      get('sudo', {
        kind: 'sudo-password',
        machine,
        sentence: {
          en: `sudo password on ${machine} (and the other machines):`,
          ja: `${machine} (とほかのマシン) の sudo パスワード:`,
        },
      }),
    ownSudoPassword: () =>
      get('own sudo', {
        kind: 'sudo-password',
        machine: 'client',
        own: true,
        sentence: {
          en: "Your password on this computer, for sudo (the resolver for the lab's names, ARP):",
          ja: 'このコンピューターでのあなたのパスワード。sudo に使う (ラボの名前のリゾルバー、ARP):',
        },
      }),
    passphrase: (machine, keyFile) =>
      get(`passphrase ${keyFile}`, {
        kind: 'passphrase',
        machine,
        keyFile,
        sentence: { en: `Passphrase of ${keyFile}:`, ja: `${keyFile} のパスフレーズ:` },
      }),
  };
}
