/** Output by which a pattern that looks at the same characters again and again is found; `size` characters of each. */
export function hostileOutput(size: number): Readonly<Record<string, string>> {
  const of = (piece: string) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
  return Object.fromEntries(
    [
      ...[' ', '\n', '\t', ' \n', '\r\n', '{', '{\n', '}', '[', '"', "'", '\\', '-', '=', ':', ',', '.', '/', '|', '#'],
      ...[
        'a',
        'A',
        '0',
        '0.',
        'a.',
        'a ',
        'a:',
        '\u00e9',
        '\ud83d\ude42',
        '-----BEGIN ',
        '-----BEGIN CERTIFICATE-----',
      ],
      ...[
        'token: ',
        'token:',
        'client-key-data:\n',
        '\tchain x {\n',
        'kubernetes ',
        ' . 1',
        'src=',
        'tcp 6 ',
        '/KUBE-SEP-',
      ],
      ...['dnat to ', ' (verdict a', '-A KUBE-', '--comment ', 'x509: certificate ', 'connection to the server '],
      ...[
        'dial tcp ',
        'i/o timeout',
        ':6443',
        'Unable to connect to the server: ',
        'containerd.sock',
        '# Hoplab begin\n',
      ],
      ...[
        '(1.1.1.1) at ',
        'users:(("',
        'pods|{\n',
        'pods+',
        '/proc/net/xt_recent/KUBE-SEP-a:src=',
        'trace id 1 ip a b rule ',
      ],
    ].map((piece) => [JSON.stringify(piece), of(piece)]),
  );
}

/** The same behind a beginning that a parser goes on from. */
export const beginnings: readonly string[] = [
  '',
  '-A KUBE-SERVICES ',
  'table ip kube-proxy {\n\tmap x {\n\t\telements = { ',
  'tcp LISTEN 0 0 ',
  'trace id 1 ip a b rule ',
  'trace id 1 ip a b packet: ',
  'ipv4 2 tcp 6 ',
  'token:',
  'REF TYPE\n',
  'active\n==\nDNS=x',
  'Linux\n',
];
