import { fileHashes } from '../../facts/file-hashes.ts';
import { FactReader } from '../../facts/fact.ts';
import { sh } from '../../machines/command.ts';
import type { Machine } from '../../machines/machine.ts';
import type { ClientTrust } from '../client.ts';

/** Where distributions look for CAs besides their own: Debian and Ubuntu, Fedora and its like, Arch. */
const FOLDERS = [
  '/usr/local/share/ca-certificates',
  '/etc/pki/ca-trust/source/anchors',
  '/etc/ca-certificates/trust-source/anchors',
];

/** A file among those of the distribution, and its own program that takes it up. */
export const caCertificates: ClientTrust = {
  async decide(machine, { lab, path, known }) {
    const hashes = await read(machine, [path, ...filesOf(lab)]);
    const copied = filesOf(lab).some((file) => hashes.has(file) && hashes.get(file) === hashes.get(path));
    if (known && copied) return [];
    return {
      machine: machine.name,
      sentence: { en: "Trust the lab's CA on the client", ja: 'クライアントでラボの CA を信頼する' },
      command: sh`
        for folder in ${FOLDERS}; do
          if [ -d "$folder" ]; then
            cp ${path} "$folder"/${fileName(lab)} && chmod 644 "$folder"/${fileName(lab)} || exit
            if command -v update-ca-certificates > /dev/null; then update-ca-certificates; else update-ca-trust; fi
            exit
          fi
        done
        echo 'There is no folder for CAs of one'\\''s own. Install the package ca-certificates.' >&2
        exit 1`,
    };
  },

  async undo(machine, lab) {
    const files = filesOf(lab);
    const hashes = await read(machine, files);
    if (!files.some((file) => hashes.has(file))) return [];
    return {
      machine: machine.name,
      sentence: {
        en: "Trust the lab's CA no longer on the client",
        ja: 'クライアントでラボの CA を信頼するのをやめる',
      },
      command: sh`
        rm -f ${files} &&
        if command -v update-ca-certificates > /dev/null; then update-ca-certificates --fresh; else update-ca-trust; fi`,
    };
  },
};

function fileName(lab: string): string {
  return `hoplab-${lab}.crt`;
}

function filesOf(lab: string): readonly string[] {
  return FOLDERS.map((folder) => `${folder}/${fileName(lab)}`);
}

function read(machine: Machine, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new FactReader().read(machine, fileHashes(paths));
}
