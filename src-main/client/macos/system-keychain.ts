import { FactReader, type Fact } from '../../facts/fact.ts';
import { noAnswer } from '../../facts/no-answer.ts';
import { authorityName } from '../../lab/object-names.ts';
import { embed, sh, type ShellCommand } from '../../machines/command.ts';
import type { ClientTrust } from '../client.ts';

const KEYCHAIN = '/Library/Keychains/System.keychain';

/** A certificate in the System keychain with its trust settings, as security(1) makes them: for all users of the Mac. */
export const systemKeychain: ClientTrust = {
  async decide(machine, { lab, path, known }) {
    const found = await new FactReader().read(machine, keptCertificates(lab));
    const hash = known?.fingerprint256.replaceAll(':', '');
    if (hash !== undefined && found.length === 1 && found[0] === hash) return [];
    return {
      machine: machine.name,
      sentence: { en: "Trust the lab's CA on the client", ja: 'クライアントでラボの CA を信頼する' },
      command: sh`${embed(removed(lab))}
        security add-trusted-cert -d -r trustRoot -k ${KEYCHAIN} ${path}`,
    };
  },

  async undo(machine, lab) {
    const found = await new FactReader().read(machine, keptCertificates(lab));
    if (found.length === 0) return [];
    return {
      machine: machine.name,
      sentence: {
        en: "Trust the lab's CA no longer on the client",
        ja: 'クライアントでラボの CA を信頼するのをやめる',
      },
      command: removed(lab),
    };
  },
};

/** SHA-256 (hex, upper case) of the certificates of a lab's CA in the keychain. */
function keptCertificates(lab: string): Fact<readonly string[]> {
  return {
    id: 'kept-certificates',
    command: sh`security find-certificate -a -Z -c ${authorityName(lab)} ${KEYCHAIN}`,
    accept: 'any',
    parse(printed) {
      if (printed.exitCode !== 0 && !printed.stderr.includes('could not be found')) throw noAnswer(printed);
      return [...printed.stdout.matchAll(/^SHA-256 hash: ([0-9A-F]{64})$/gm)].map(([, hash = '']) => hash);
    },
  };
}

/** With their trust settings; security(1) deletes one at a time. */
function removed(lab: string): ShellCommand {
  return sh`while security delete-certificate -t -c ${authorityName(lab)} ${KEYCHAIN} 2> /dev/null; do :; done`;
}
