import { labText } from '../../lab-file/example.ts';

/**
 * A lab file whose machines all lie behind a jump host on loopback. `ssh`: how they are logged in to, without the jump host. Without a
 * bundle, downloads go to a port at which nothing listens.
 */
export function loopbackLabFile({ ssh, jump, bundle }: { ssh: string; jump: number; bundle?: string }): string {
  return labText({
    6: `ssh: { ${ssh}, jump: { address: 127.0.0.1, user: guest, port: ${jump} } }`,
    8: bundle === undefined ? 'source: online\nmirrors: http://127.0.0.1:1' : `source: { bundle: ${bundle} }`,
    9: 'client: { address: 192.168.2.20 }',
  });
}
