import { stringify } from 'yaml';
import type { LabNode } from '../lab/lab.ts';
import type { KeyPair } from './vm-keys.ts';

/**
 * The cloud-config (cloudinit.readthedocs.io) of a VM: its name, the user that Hoplab logs in as, and its SSH host key, so that it is known
 * before the first connection. Nothing is installed or upgraded.
 * @param authorized a public key, as in `authorized_keys`
 */
export function cloudConfig({ name, ssh }: LabNode, authorized: string, hostKey: KeyPair): string {
  const config = {
    hostname: name,
    preserve_hostname: false,
    users: [
      {
        name: ssh.user,
        shell: '/bin/bash',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: [authorized],
      },
    ],
    ssh_pwauth: false,
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: hostKey.privateKey, ed25519_public: hostKey.publicKey },
    locale: false,
    package_update: false,
    package_upgrade: false,
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}
