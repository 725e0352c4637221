import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../machines/temp-folder.ts';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A CA of one's own, made by openssl. */
export interface Authority {
  /** PEM. */
  readonly ca: string;
  /** The CA's certificate, a file. */
  readonly file: string;
  /** A certificate for names such as `DNS:files.test`. Days from now on; default from yesterday to tomorrow. */
  issue(names: string, days?: { from: number; to: number }): Certificate;
}

const NEW_KEY = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
const CONFIG = `
[ca]
default_ca = it
[it]
new_certs_dir = .
database = index.txt
default_md = sha256
policy = any
rand_serial = yes
[any]
commonName = supplied
`;

export async function authority(name: string): Promise<Authority> {
  const folder = await tempFolder();
  const openssl = (args: string): void => {
    execFileSync('openssl', args.split(' '), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  openssl(`${NEW_KEY} -x509 -days 30 -subj /O=Example/CN=${name.replaceAll(' ', '_')} -keyout ca.key -out ca.crt`);
  let made = 0;
  return {
    ca: read('ca.crt'),
    file: join(folder, 'ca.crt'),
    issue: (names, { from, to } = { from: -1, to: 1 }) => {
      const it = `leaf${++made}`;
      writeFileSync(join(folder, 'index.txt'), '');
      writeFileSync(join(folder, 'config'), `${CONFIG}[names]\nsubjectAltName = ${names}\n`);
      openssl(`${NEW_KEY} -subj /CN=${it} -keyout ${it}.key -out ${it}.csr`);
      const dates = `-startdate ${inDays(from)} -enddate ${inDays(to)}`;
      openssl(
        `ca -batch -notext -config config -cert ca.crt -keyfile ca.key -extensions names ${dates} -in ${it}.csr -out ${it}.crt`,
      );
      return { key: read(`${it}.key`), cert: read(`${it}.crt`) };
    },
  };
}

/** As openssl writes times: `20261128170000Z`. */
function inDays(days: number): string {
  const time = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${time.slice(0, 19).replaceAll(/\D/g, '')}Z`;
}
