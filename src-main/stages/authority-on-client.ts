import type { X509Certificate } from 'node:crypto';
import { Readable } from 'node:stream';
import { fileHashes } from '../facts/file-hashes.ts';
import { authorityFile } from '../lab/object-names.ts';
import { embed, sh } from '../machines/command.ts';
import { MARK, putBack, writeKeeping } from '../machines/keep-file.ts';
import { sha256Of } from '../machines/upload.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change, Plan } from '../plan/plan.ts';

/** The certificate of the lab's CA: `known` where it is there when this is planned. */
interface Authority {
  readonly pem: () => Promise<string>;
  readonly known: X509Certificate | undefined;
}

/** Puts the certificate of the lab's CA on the client as a file, and among those that its system trusts where the lab asks for that. */
export async function authorityOnClient(context: LabContext, { pem, known }: Authority): Promise<Plan> {
  const { lab, client } = context;
  const path = authorityFile(lab);
  const hashes = await context.read('client', fileHashes([path]));
  const isThere = known !== undefined && hashes.get(path) === sha256Of(fileContent(known.toString()));
  const isTrusted = lab.optional.tls?.trustOnClient ?? false;
  const machine = context.machine('client');
  return [
    isThere ? [] : copied(path, pem),
    isTrusted
      ? await client.trust.decide(machine, { lab: lab.name, path, known })
      : await client.trust.undo(machine, lab.name),
  ];
}

/** Takes it away again. */
export async function withoutAuthority(context: LabContext): Promise<Plan> {
  const { lab, client } = context;
  const path = authorityFile(lab);
  const hashes = await context.read('client', fileHashes([path]));
  const removed: Change = {
    machine: 'client',
    sentence: {
      en: "Remove the certificate of the lab's CA from the client",
      ja: 'ラボの CA の証明書をクライアントから取り除く',
    },
    command: sh`${embed(putBack(path))} && { rmdir "$(dirname ${path})" 2> /dev/null || true; }`,
  };
  return [await client.trust.undo(context.machine('client'), lab.name), hashes.has(path) ? removed : []];
}

function copied(path: string, pem: () => Promise<string>): Change {
  return {
    machine: 'client',
    sentence: {
      en: `Copy the certificate of the lab's CA to the client (${path})`,
      ja: `ラボの CA の証明書をクライアントに置く (${path})`,
    },
    command: writeKeeping(path),
    input: async () => {
      const content = fileContent(await pem());
      return { content: () => Readable.from([content]) };
    },
  };
}

/** Programs that read certificates pass over what stands before them. */
function fileContent(pem: string): string {
  return `${MARK}: the certificate of the lab's CA.\n${pem.trimEnd()}\n`;
}
