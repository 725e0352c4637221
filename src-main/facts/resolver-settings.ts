import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

/** A value of systemd-resolved's configuration, and the file that it stands in. */
export interface Setting {
  readonly value: string;
  readonly file: string;
}

export interface ResolverSettings {
  /** `active`, `inactive` … as systemd says of systemd-resolved. */
  readonly state: string;
  /** Whether programs ask it at all: by its module, or by the name server of /etc/resolv.conf. */
  readonly isAsked: boolean;
  /** Octal, of the folder of drop-ins; empty where there is none. */
  readonly folderMode: string;
  /** Global name servers: resolved asks one of them at a time, for every name that goes to none of the links. */
  readonly servers: readonly Setting[];
  readonly dnssec: Setting | undefined;
  readonly dnsOverTls: Setting | undefined;
}

/**
 * How names are resolved on a Linux computer with systemd-resolved. Source: `systemd-analyze cat-config`, which prints the
 * files that count in their order, each below a line `# PATH`; resolved.conf(5), nsswitch.conf(5).
 */
export const resolverSettings: Fact<ResolverSettings> = {
  id: 'resolver-settings',
  sudo: true, // a file that root wrote with a umask of its own
  command: sh`
    systemctl is-active systemd-resolved
    grep -s '^ *hosts:' /etc/nsswitch.conf
    grep -s '^ *nameserver ' /etc/resolv.conf
    echo "folder $(stat -c %a /etc/systemd/resolved.conf.d 2> /dev/null)"
    config=$(systemd-analyze --no-pager cat-config systemd/resolved.conf) || exit
    echo '=='
    printf '%s\\n' "$config" | grep -E '^# /|^ *[A-Za-z]+ *='`,
  accept: 'any',
  parse(printed) {
    const [asked = '', config] = printed.stdout.split('\n==\n');
    if (config === undefined) throw noAnswer(printed);
    const settings = settingsIn(config);
    const last = (key: string) => settings.filter((setting) => setting.key === key).at(-1);
    return {
      state: asked.split('\n')[0]?.trim() ?? '',
      isAsked: /^ *hosts:.*\bresolve\b/m.test(asked) || /^ *nameserver +127\.0\.0\.5[34]\s*$/m.test(asked),
      folderMode: /^folder (\d*)$/m.exec(asked)?.[1] ?? '',
      servers: serversOf(settings.filter(({ key }) => key === 'DNS')),
      dnssec: last('DNSSEC'),
      dnsOverTls: last('DNSOverTLS'),
    };
  },
};

type Line = Setting & { readonly key: string };

function settingsIn(config: string): readonly Line[] {
  let file = '';
  return config.split('\n').flatMap((line): Line[] => {
    file = /^# (\/\S.*\.conf)$/.exec(line)?.[1] ?? file;
    const equals = line.indexOf('=');
    const key = line.slice(0, Math.max(equals, 0)).trim();
    return /^[A-Za-z]+$/.test(key) ? [{ key, value: line.slice(equals + 1).trim(), file }] : [];
  });
}

/** An empty `DNS=` forgets what stood before. */
function serversOf(lines: readonly Line[]): readonly Setting[] {
  return lines.slice(lines.map(({ value }) => value).lastIndexOf('') + 1);
}
