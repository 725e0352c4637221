import type { MissingPart } from '../../contract/machines.ts';
import { StageRefused } from '../../stages/stage-refused.ts';
import type { Computer } from '../provider.ts';
import { executable, limaNetworks, limaSudoers, limaVersion, processor } from './limactl.ts';
import { sharedNetwork, type SharedNetwork } from './shared-network.ts';

/** The oldest Lima: its documented ways are those of 2.0, and on Linux the network `shared` is there from 2.3 on. */
const OLDEST = { macos: [2, 0], linux: [2, 3] } as const;

const RELEASES = 'https://github.com/lima-vm';
const SOCKET_VMNET = '1.2.2';

/** In the order in which it is got. What asks for an administrator is done once for all labs. */
export async function missingParts(computer: Computer): Promise<readonly MissingPart[]> {
  const { platform } = computer;
  const version = await computer.read(limaVersion);
  if (version === undefined) return [notInstalled(platform)];
  if (isOlder(version, OLDEST[platform])) return [tooOld(platform, version)];
  const networks = await computer.read(limaNetworks);
  try {
    return await networkMissing(computer, networks.text, sharedNetwork(networks));
  } catch (error) {
    if (error instanceof StageRefused) return [{ what: error.text, how: error.remedy, command: null, root: false }];
    throw error;
  }
}

async function networkMissing(
  computer: Computer,
  text: string | undefined,
  network: SharedNetwork,
): Promise<readonly MissingPart[]> {
  const { socketVmnet, dhcpEnd, wantedEnd } = network;
  if (computer.platform === 'macos' && !(await computer.read(executable(socketVmnet)))) {
    return [noSocketVmnet(socketVmnet, await computer.read(processor))];
  }
  // networks.yaml is part of what sudoers says: before it is as it has to be, nobody needs to type this
  const ready = text !== undefined && dhcpEnd <= wantedEnd;
  return ready ? sudoersMissing(computer) : [];
}

/** Whether Lima may start its network; asked again once its networks.yaml is as it has to be. */
export async function sudoersMissing(computer: Computer): Promise<readonly MissingPart[]> {
  const { ready, said } = await computer.read(limaSudoers);
  return ready ? [] : [noSudoers(said)];
}

function isOlder([major, minor]: readonly [number, number], [least, then]: readonly [number, number]): boolean {
  return major < least || (major === least && minor < then);
}

function notInstalled(platform: Computer['platform']): MissingPart {
  return {
    what: { en: 'limactl is not installed', ja: 'limactl が入っていない' },
    how: {
      en: 'Install Lima by Homebrew, or from its releases page.',
      ja: 'Lima を Homebrew で入れるか、リリースページから入れてください。',
    },
    command: platform === 'macos' ? 'brew install lima' : null,
    root: false,
  };
}

function tooOld(platform: Computer['platform'], version: readonly [number, number]): MissingPart {
  const has = version.join('.');
  const oldest = OLDEST[platform].join('.');
  return {
    what: {
      en: `Lima ${has} is too old: Hoplab needs ${oldest} or later here`,
      ja: `Lima ${has} は古すぎる (ここでは ${oldest} 以降が必要)`,
    },
    how: { en: 'Install a newer Lima.', ja: '新しい Lima を入れてください。' },
    command: platform === 'macos' ? 'brew upgrade lima' : null,
    root: false,
  };
}

function noSocketVmnet(path: string, arch: 'x86_64' | 'arm64'): MissingPart {
  const archive = `socket_vmnet-${SOCKET_VMNET}-${arch}.tar.gz`;
  const url = `${RELEASES}/socket_vmnet/releases/download/v${SOCKET_VMNET}/${archive}`;
  return {
    what: { en: `socket_vmnet is not at ${path}`, ja: `socket_vmnet が ${path} にない` },
    how: {
      en: "Download Lima's network program and unpack it into /opt, where only an administrator can change it: it runs as root. Lima rejects the one of Homebrew.",
      ja: 'Lima のネットワーク用プログラムをダウンロードし、管理者しか変更できない /opt に展開します (root で動くため)。Homebrew のものは Lima が受け付けません。',
    },
    command: `curl -fLO ${url} && sudo tar -C / -xzvf ${archive} opt/socket_vmnet`,
    root: true,
  };
}

function noSudoers(said: string): MissingPart {
  const [, message] = /msg="((?:[^"\\]|\\.)*)"\s*$/.exec(said) ?? [];
  const why = (message ?? said).replaceAll('\\"', '"');
  return {
    what: {
      en: `Lima may not start its network as root (${why})`,
      ja: `Lima がネットワークを root で起動できない (${why})`,
    },
    how: {
      en: 'Let Lima start and stop its network, and nothing else, without a password: `limactl sudoers` prints the rules, which you can read before they are installed.',
      ja: 'Lima がネットワークの起動と停止だけをパスワードなしで行えるようにします。`limactl sudoers` が出すルールは、入れる前に読むことができます。',
    },
    command:
      'limactl sudoers > etc_sudoers.d_lima && sudo install -o root etc_sudoers.d_lima /etc/sudoers.d/lima && rm etc_sudoers.d_lima',
    root: true,
  };
}
