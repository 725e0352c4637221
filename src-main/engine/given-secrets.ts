import type { SecretQuestion } from './prompts.ts';

const VARIABLES: Readonly<Record<SecretQuestion['kind'], string>> = {
  password: 'HOPLAB_PASSWORD',
  'sudo-password': 'HOPLAB_SUDO_PASSWORD',
  passphrase: 'HOPLAB_PASSPHRASE',
};

const given = new Map<string, string>();

/** Takes the secrets that were given in the environment out of it, before any child of this process can inherit them. */
export function takeGivenSecrets(): void {
  for (const variable of Object.values(VARIABLES)) {
    const secret = process.env[variable];
    if (secret !== undefined) given.set(variable, secret);
    Reflect.deleteProperty(process.env, variable);
  }
}

/** What the user gave in the environment for a question. */
export function givenSecret(kind: SecretQuestion['kind']): string | undefined {
  return given.get(VARIABLES[kind]);
}
