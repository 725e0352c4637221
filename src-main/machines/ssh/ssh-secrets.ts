/** Where passwords come from: a prompt, a keychain. Undefined: there is none, or the user gave none. */
export interface Secrets {
  /** The SSH password of a machine; for a jump host, `user@address` stands for the machine. */
  password(machine: string): Promise<string | undefined>;
  passphrase(machine: string, keyFile: string): Promise<string | undefined>;
  sudoPassword(machine: string): Promise<string | undefined>;
}
