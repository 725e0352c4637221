import type { Bundle, BundleFile, Cargo } from '../bundle/bundle.ts';
import type { Members } from '../bundle/catalogue.ts';
import { BundleError } from '../bundle/bundle-error.ts';
import type { Arch } from '../bundle/bundle-index.ts';
import { INSTALLED } from '../facts/installed-files.ts';
import { system } from '../facts/system.ts';
import type { LabNode } from '../lab/lab.ts';
import { embed, sh, type ShellCommand } from '../machines/command.ts';
import { keptPath } from '../machines/keep-file.ts';
import { uploadCommand } from '../machines/upload.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change, ChangeInput } from '../plan/plan.ts';

/** Where programs go: outside the places of the distribution's packages. */
const PROGRAMS = '/usr/local/bin';

/** Where a program lies on a node, or each program of an archive. */
export function targetsOf(file: BundleFile): readonly string[] {
  const { members } = file;
  return members ? members.names.map((program) => `${members.to}/${program}`) : [`${PROGRAMS}/${file.name}`];
}

/** The architecture of a node, as images and programs are named by it. @throws BundleError where it is another than Linux has here */
export async function archOf(context: LabContext, node: LabNode): Promise<Arch> {
  const { arch } = await context.read(node.name, system);
  if (arch !== 'unknown') return arch;
  throw new BundleError({
    en: `${node.name} is neither amd64 nor arm64: there are no programs for it.`,
    ja: `${node.name} は amd64 でも arm64 でもありません。そのためのプログラムはありません。`,
  });
}

/** Uploads a file, puts its programs in place in one step each when its hash is right, and notes them in Hoplab's list on the node. */
export function installFile(node: string, file: BundleFile): Change {
  const { name, version } = file;
  return {
    machine: node,
    sentence: { en: `Install ${name} ${version} on ${node}`, ja: `${node} に ${name} ${version} を入れる` },
    command: file.members ? fromArchive(file, file.members) : asProgram(file),
    input: inputOf(() => file.travel()),
    timeout: 30 * 60_000,
  };
}

/** What is sent to a machine, asked for when the change runs: it may have to be downloaded. */
export function inputOf(travel: () => Promise<Cargo>): () => Promise<ChangeInput> {
  return async () => {
    const cargo = await travel();
    return { size: cargo.size, content: () => cargo.open() };
  };
}

function asProgram(file: BundleFile): ShellCommand {
  const { packed, sha256 } = file;
  const [path = ''] = targetsOf(file);
  const upload = uploadCommand({ path, mode: '755', sha256, packed });
  return sh`${embed(keepForeign(path))} && ${embed(upload)} && ${embed(note([path], sha256))}`;
}

function fromArchive(file: BundleFile, { from, to, names }: Members): ShellCommand {
  const { packed, sha256 } = file;
  const paths = targetsOf(file);
  const folder = `/var/lib/hoplab/${file.name}.hoplab-part`;
  const archive = `${folder}/archive`;
  const upload = uploadCommand({ path: archive, mode: '600', sha256, packed });
  return sh`
    clean() { rm -rf ${folder}; }
    trap clean EXIT
    clean
    ${embed(upload)} && tar -C ${folder} --no-same-owner -xzf ${archive} && mkdir -p ${to} &&
      ${embed(paths.map(keepForeign).reduce((before, next) => sh`${embed(before)} && ${embed(next)}`))} &&
      for name in ${names}; do
        chmod 755 ${folder}/${from}/"$name" && chown 0:0 ${folder}/${from}/"$name" && mv -f ${folder}/${from}/"$name" ${to}/"$name" || exit
      done && ${embed(note(paths, sha256))}`;
}

/** Lines of Hoplab's list: the hash of the file that a program came from, and by what the program is known. */
function note(paths: readonly string[], sha256: string): ShellCommand {
  const part = `${INSTALLED}.hoplab-part`;
  const others = paths.flatMap((path) => ['-e', ` ${path}$`]);
  return sh`mkdir -p /var/lib/hoplab && { grep -v ${others} ${INSTALLED} 2> /dev/null; stat -c ${`${sha256} %s %Y %i %n`} ${paths}; } > ${part} && mv -f ${part} ${INSTALLED}`;
}

/** Somebody else's program at the same place is kept, once, to be put back when ours goes. */
function keepForeign(path: string): ShellCommand {
  const kept = keptPath(path);
  return sh`{ [ ! -e ${path} ] || [ -e ${kept} ] || grep -q ${` ${path}$`} ${INSTALLED} 2> /dev/null || { mkdir -p "$(dirname ${kept})" && cp -a ${path} ${kept}; }; }`;
}

/** The pause image of a bundle: the one that kubeadm of that version asks for. @throws BundleError */
export function pauseImage(bundle: Bundle): string {
  const found = [...bundle.references].find((image) => image.includes('/pause:'));
  if (found !== undefined) return found;
  throw new BundleError({
    en: 'The bundle has no pause image, which every pod needs: make the bundle again.',
    ja: 'バンドルに、どの Pod にも必要な pause イメージがありません。バンドルを作り直してください。',
  });
}
