import { readLabDocument } from '../lab-document.ts';
import { findAliases, sshSurroundings, type Aliases, type SshSurroundings } from './find-aliases.ts';
import { aliasesIn } from './take-aliases.ts';

/** What the aliases in the text of a lab file stand for. Nothing is read where there are none. */
export async function aliasesOfText(text: string, where: SshSurroundings = sshSurroundings()): Promise<Aliases> {
  const document = readLabDocument(text);
  return findAliases('problems' in document ? [] : aliasesIn(document.value), where);
}
