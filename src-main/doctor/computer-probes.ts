import { clientPrograms } from '../checks/client-has-programs.ts';
import { howToInstall } from '../checks/program-packages.ts';
import { nameRoutes } from '../client/name-routes.ts';
import { inUnits } from '../contract/in-units.ts';
import { verbatim, type Text } from '../contract/text.ts';
import { noAnswer } from '../facts/no-answer.ts';
import { ownProxy, placeOf } from '../facts/own-proxy.ts';
import { programs } from '../facts/programs.ts';
import { sh } from '../machines/command.ts';
import type { Output } from '../machines/machine.ts';
import { macComputerProbes } from './mac-probes.ts';
import {
  everywhere,
  ok,
  problem,
  unknown,
  type ComputerProbe,
  type Patient,
  type Platform,
  type Verdict,
} from './probe.ts';

/** What checks run here, and what the doctor and the proof of the VIP ask with. */
const wanted = (platform: Platform) => [...clientPrograms(platform), 'ssh'];

const system: ComputerProbe = {
  id: 'system',
  title: { en: 'System', ja: 'システム' },
  shown: { macos: 'sw_vers; uname -m', linux: 'cat /etc/os-release; uname -rm' },
  expected: { en: 'macOS 13 or newer, or a Linux', ja: 'macOS 13 以降、または Linux' },
  async ask({ run, client }) {
    if (client.platform === 'linux') {
      const { stdout } = await run(sh`cat /etc/os-release; uname -rm`);
      const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(stdout)?.[1];
      return [name === undefined ? unread({ en: 'Which Linux this is', ja: 'Linux の種類' }) : ok(verbatim(name))];
    }
    const { stdout } = await run(sh`sw_vers; uname -m`);
    const version = /^ProductVersion:\s*(\d[\d.]*)$/m.exec(stdout)?.[1];
    if (version === undefined) return [unread({ en: 'The version of macOS', ja: 'macOS のバージョン' })];
    const told = verbatim(`macOS ${version}, ${stdout.trim().split('\n').at(-1) ?? ''}`);
    return [Number.parseInt(version) >= 13 ? ok(told) : problem(told, UPDATE)];
  },
};

const programsProbe: ComputerProbe = {
  id: 'programs',
  title: { en: 'Programs', ja: 'プログラム' },
  shown: {
    macos: `for p in ${wanted('macos').join(' ')}; do command -v $p; done`,
    linux: `for p in ${wanted('linux').join(' ')}; do command -v $p; done`,
  },
  expected: { en: 'a path for each', ja: 'それぞれのパス' },
  async ask({ read, client }) {
    const found = await read(programs(wanted(client.platform), false));
    const missing = found.missing.join(', ');
    if (missing === '')
      return [
        ok({
          en: 'All programs that Hoplab runs here are installed',
          ja: 'Hoplab がここで使うプログラムはすべて入っている',
        }),
      ];
    return [problem({ en: `Not installed: ${missing}`, ja: `入っていない: ${missing}` }, howToInstall(found))];
  },
};

const resolver: ComputerProbe = {
  id: 'resolver',
  title: { en: 'Resolver', ja: 'リゾルバー' },
  shown: { macos: 'scutil --dns', linux: 'systemctl is-active systemd-resolved' },
  expected: { en: 'macOS: a list of resolvers; Linux: `active`', ja: 'macOS はリゾルバーの一覧、Linux は `active`' },
  async ask({ run, client }) {
    if (client.platform === 'macos') {
      const servers = nameRoutes(client, (await run(sh`scutil --dns`)).stdout).flatMap((route) => route.servers);
      const all = [...new Set(servers)].join(', ');
      return [ok({ en: `macOS asks ${all || 'no name server'}`, ja: `macOS のネームサーバー: ${all || 'なし'}` })];
    }
    const printed = await run(sh`systemctl is-active systemd-resolved`);
    const state = printed.stdout.trim();
    if (state === '') throw noAnswer(printed);
    const told = verbatim(`systemd-resolved: ${state}`);
    return [state === 'active' ? ok(told) : problem(told, START_RESOLVED)];
  },
};

const agent: ComputerProbe = {
  id: 'ssh-agent',
  title: { en: 'SSH agent', ja: 'SSH エージェント' },
  shown: everywhere('ssh-add -l'),
  expected: {
    en: 'a list of keys; or none, where the lab file names a key file',
    ja: '鍵の一覧。ラボファイルが鍵ファイルを指定していれば、なくてもよい',
  },
  async ask({ run }) {
    const printed = await run(sh`ssh-add -l`);
    if (printed.exitCode === 0) {
      const keys = printed.stdout.trim().split('\n').length;
      return [ok({ en: `Keys in the SSH agent: ${keys}`, ja: `SSH エージェントの鍵: ${keys} 個` })];
    }
    if (printed.exitCode === 1) return [ok({ en: 'The SSH agent holds no key', ja: 'SSH エージェントに鍵がない' })];
    if (printed.exitCode === 2) return [ok({ en: 'No SSH agent runs', ja: 'SSH エージェントは動いていない' })];
    throw noAnswer(printed);
  },
};

const home: ComputerProbe = {
  id: 'home',
  title: { en: "Hoplab's folder", ja: 'Hoplab のフォルダー' },
  shown: everywhere('test -w ~/.hoplab; df -Pk ~/.hoplab'),
  expected: { en: 'writable, 100 MB free', ja: '書き込み可能、空き 100 MB' },
  ask: (patient) => folder(patient, patient.home, 100e6),
};

const cache: ComputerProbe = {
  id: 'cache',
  title: { en: 'Downloads', ja: 'ダウンロード' },
  shown: everywhere('test -w ~/.hoplab/cache; df -Pk ~/.hoplab/cache'),
  expected: { en: 'writable, 2 GB free', ja: '書き込み可能、空き 2 GB' },
  ask: (patient) => folder(patient, patient.cache, 2e9),
};

const proxy: ComputerProbe = {
  id: 'proxy',
  title: { en: 'Proxy', ja: 'プロキシ' },
  shown: everywhere('env | grep -i _proxy; grep proxy ~/.curlrc'),
  expected: { en: 'nothing, or the proxy that downloads need', ja: '何もないか、ダウンロードに必要なプロキシ' },
  async ask({ read }) {
    const { http, https } = await read(ownProxy);
    const stated = https ?? http;
    if (!stated) return [ok({ en: 'No proxy is set', ja: 'プロキシの設定はない' })];
    const place = placeOf(stated);
    return [ok({ en: `Proxy ${stated.proxy} (${place.en})`, ja: `プロキシ ${stated.proxy} (${place.ja})` })];
  },
};

const clock: ComputerProbe = {
  id: 'clock',
  title: { en: 'Clock', ja: '時計' },
  shown: { macos: 'sntp time.apple.com', linux: 'timedatectl show -p NTPSynchronized --value' },
  expected: { en: 'macOS: an offset below 2 s; Linux: `yes`', ja: 'macOS はずれが 2 秒未満、Linux は `yes`' },
  async ask({ run, client }) {
    const unsure = unread({ en: 'Whether the clock is right', ja: '時計が正しいか' });
    if (client.platform === 'linux') {
      const { stdout } = await run(sh`timedatectl show -p NTPSynchronized --value`);
      const synchronized = stdout.trim();
      if (synchronized === 'yes') return [ok({ en: 'The clock is synchronized', ja: '時計は同期している' })];
      return synchronized === 'no'
        ? [problem({ en: 'The clock is not synchronized', ja: '時計が同期していない' }, SET_CLOCK)]
        : [unsure];
    }
    const { stdout } = await run(sh`sntp time.apple.com`, { timeout: 10_000 });
    const offset = /^([+-]\d+\.\d+) \+\/- /m.exec(stdout)?.[1];
    if (offset === undefined) return [unsure];
    const told = { en: `The clock is off by ${offset} s`, ja: `時計のずれ: ${offset} 秒` };
    return [Math.abs(Number(offset)) < 2 ? ok(told) : problem(told, SET_CLOCK)];
  },
};

const PROVIDERS = ['limactl', 'virsh', 'multipass'];

const providers: ComputerProbe = {
  id: 'vm-programs',
  title: { en: 'Programs for VMs', ja: 'VM のプログラム' },
  shown: everywhere(`for p in ${PROVIDERS.join(' ')}; do command -v $p; done`),
  expected: {
    en: 'a path of one, where this computer is to have VMs',
    ja: 'このコンピューターに VM を作るなら、どれか 1 つのパス',
  },
  async ask({ read }) {
    const { missing } = await read(programs(PROVIDERS, false));
    const there = PROVIDERS.filter((name) => !missing.includes(name)).join(', ');
    if (there !== '') return [ok({ en: `For VMs on this computer: ${there}`, ja: `VM を作れるもの: ${there}` })];
    return [
      ok({
        en: 'No program for VMs; machines that are there already need none',
        ja: 'VM を作るプログラムはない。すでにあるマシンを使うなら要らない',
      }),
    ];
  },
};

export const computerProbes: readonly ComputerProbe[] = [
  ...[system, programsProbe, resolver, agent, home, cache, proxy, clock, providers],
  ...macComputerProbes,
];

/** Whether a folder, or the one in which it will be made, can be written, and how much room there is. */
async function folder({ run }: Patient, path: string, least: number): Promise<readonly Verdict[]> {
  const printed = await run(sh`
    f=${path}; while [ ! -e "$f" ] && [ "$f" != / ]; do f=$(dirname "$f"); done
    if [ -d "$f" ] && [ -w "$f" ]; then echo writable; else echo "not writable"; fi
    df -Pk "$f"`);
  const free = freeIn(printed);
  if (free === undefined || !/^(?:not )?writable$/m.test(printed.stdout)) throw noAnswer(printed);
  const told = { en: `${path}: ${inUnits(free)} free`, ja: `${path}: 空き ${inUnits(free)}` };
  if (/^not writable$/m.test(printed.stdout))
    return [problem({ en: `${path} cannot be written`, ja: `${path} に書き込めない` }, WRITE)];
  return [free < least ? problem(told, ROOM) : ok(told)];
}

/** Bytes; source: df(1) of POSIX, `-P`: device, blocks, used, available, capacity, place. */
function freeIn({ stdout }: Output): number | undefined {
  const kilobytes = /^.*\s\d+\s+-?\d+\s+(\d+)\s+\d+%\s/m.exec(stdout)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function unread({ en, ja }: Text): Verdict {
  return unknown({ en: `${en} could not be read`, ja: `${ja}を読み取れない` });
}

const UPDATE: Text = {
  en: 'Update macOS: the Electron of the window does not run on older ones.',
  ja: 'macOS を更新してください。ウィンドウの Electron はそれより古い macOS では動きません。',
};
const START_RESOLVED: Text = {
  en: '`sudo systemctl enable --now systemd-resolved` (Debian, Ubuntu, Fedora: the package systemd-resolved).',
  ja: '`sudo systemctl enable --now systemd-resolved` を実行してください (Debian・Ubuntu・Fedora ではパッケージ systemd-resolved)。',
};
const SET_CLOCK: Text = {
  en: 'Switch automatic time on (macOS: System Settings, General, Date & Time; Linux: `sudo timedatectl set-ntp true`): certificates are refused when clocks differ.',
  ja: '時刻の自動設定を有効にしてください (macOS: システム設定の「一般」→「日付と時刻」、Linux: `sudo timedatectl set-ntp true`)。時計がずれていると証明書が拒まれます。',
};
const WRITE: Text = {
  en: 'Make it yours (`sudo chown -R $(id -un) FOLDER`), or name another one in HOPLAB_HOME.',
  ja: '自分のものにする (`sudo chown -R $(id -un) フォルダー`) か、HOPLAB_HOME に別のフォルダーを指定してください。',
};
const ROOM: Text = {
  en: 'Make room, remove old downloads (`hoplab cache prune`), or name another folder in HOPLAB_HOME.',
  ja: '空きを作るか、古いダウンロードを削除する (`hoplab cache prune`) か、HOPLAB_HOME に別のフォルダーを指定してください。',
};
