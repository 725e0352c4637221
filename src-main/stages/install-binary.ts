import { BundleError } from '../bundle/bundle-error.ts';
import type { Bundle, BundleFile } from '../bundle/bundle.ts';
import { INSTALLED } from '../facts/installed-files.ts';
import { embed, sh, type ShellCommand } from '../machines/command.ts';
import { keptPath } from '../machines/keep-file.ts';
import { uploadCommand } from '../machines/upload.ts';
import type { Change } from '../plan/plan.ts';

/** Where a file of the bundle lies on a node: outside the places of the distribution's packages. */
export function targetOf(file: BundleFile): string {
  return file.kind === 'cni-plugin' ? `/opt/cni/bin/${file.name}` : `/usr/local/bin/${file.name}`;
}

/** Uploads one program, puts it in place in one step when its hash is right, and notes it in Hoplab's list on the node. */
export function installBinary(node: string, file: BundleFile): Change {
  const path = targetOf(file);
  const { packed, sha256, size } = file;
  const upload = uploadCommand({ path, mode: '755', sha256, packed });
  const part = `${INSTALLED}.hoplab-part`;
  return {
    machine: node,
    sentence: {
      en: `Install ${file.name} ${file.version} on ${node}`,
      ja: `${node} に ${file.name} ${file.version} を入れる`,
    },
    command: sh`
      ${embed(keepForeign(path))} && ${embed(upload)} && mkdir -p /var/lib/hoplab && {
        grep -v ${` ${path}$`} ${INSTALLED} 2> /dev/null
        echo ${file.sha256} "$(stat -c '%s %Y %i %n' ${path})"
      } > ${part} && mv -f ${part} ${INSTALLED}`,
    input: { content: () => file.open(), size },
    timeout: 30 * 60_000,
  };
}

/** Somebody else's program at the same place is kept, once, to be put back when ours goes. */
function keepForeign(path: string): ShellCommand {
  const kept = keptPath(path);
  return sh`{ [ ! -e ${path} ] || [ -e ${kept} ] || grep -q ${` ${path}$`} ${INSTALLED} 2> /dev/null || { mkdir -p "$(dirname ${kept})" && cp -a ${path} ${kept}; }; }`;
}

/** The pause image of a bundle: the one that kubeadm of that version asks for. @throws BundleError */
export function pauseImage(bundle: Bundle): string {
  const found = bundle
    .ofKind('images')
    .flatMap(({ images }) => images)
    .find((image) => image.includes('/pause:'));
  if (found !== undefined) return found;
  throw new BundleError({
    en: 'The bundle has no pause image, which every pod needs: make the bundle again.',
    ja: 'バンドルに、どの Pod にも必要な pause イメージがありません。バンドルを作り直してください。',
  });
}
