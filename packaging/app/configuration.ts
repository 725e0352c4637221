import { join, relative } from 'node:path';
import type { Configuration, MacConfiguration } from 'electron-builder';
import { root } from '../../test/set-up/built.ts';
import { afterPack, PROGRAM } from './after-pack.ts';
import { projectHome } from './project-home.ts';

export interface Target {
  readonly os: 'mac' | 'linux';
  readonly arch: 'x64' | 'arm64';
}

/** Name of the package that has node-pty's build for a target. */
export function prebuildName({ os, arch }: Target): string {
  return `@lydell/node-pty-${os === 'mac' ? 'darwin' : 'linux'}-${arch}`;
}

/** The Japanese one: ja.lproj/InfoPlist.strings. */
const LOCAL_NETWORK = 'Hoplab connects to the machines of your lab over SSH and follows requests to them.';

/**
 * electron-builder's configuration for one target. `prebuild` is the folder of its node-pty build.
 * HOPLAB_ELECTRON_DIST and HOPLAB_ELECTRON_VERSION: an Electron that is there already, instead of the one of package.json.
 */
export function configuration(target: Target, prebuild: string, env: NodeJS.ProcessEnv): Configuration {
  const name = prebuildName(target);
  const { HOPLAB_ELECTRON_DIST: electronDist, HOPLAB_ELECTRON_VERSION: electronVersion } = env;
  return {
    appId: 'io.hoplab.desktop',
    productName: 'Hoplab',
    copyright: 'Apache-2.0',
    directories: { output: 'out/packages', buildResources: 'packaging/icons' },
    extraMetadata: {
      homepage: projectHome(env),
      description: 'Lab manager: bare machines to a cluster, and its packets',
    },
    // all but node-pty is bundled into out/; of that, only the build of this very target
    files: [
      'package.json',
      'LICENSE',
      'out/{main,preload,renderer}/**',
      'resources/**',
      '!resources/readme',
      '!**/node_modules/@lydell/**',
      { from: prebuild, to: `node_modules/${name}` },
    ],
    asarUnpack: [`${relative(root, prebuild)}/**`], // by where it is taken from
    npmRebuild: false,
    nodeGypRebuild: false,
    publish: null,
    afterPack,
    electronLanguages: ['en', 'en-US', 'ja'],
    ...(electronDist !== undefined && { electronDist, electronVersion: electronVersion ?? '' }),
    mac: mac(name, env),
    dmg: { writeUpdateInfo: false },
    linux: {
      target: ['AppImage', 'deb'],
      executableName: PROGRAM,
      category: 'Development',
      icon: 'packaging/icons/png',
      maintainer: 'Hoplab <hoplab@hoplab.invalid>',
      synopsis: 'Lab manager for kubeadm clusters',
      artifactName: 'hoplab-${version}-linux-${arch}.${ext}',
      desktop: {
        entry: { StartupWMClass: 'hoplab', 'Name[ja]': 'Hoplab', 'Comment[ja]': 'Kubernetes ラボの構築と経路の追跡' },
      },
    },
    deb: {
      // Debian 12's names; those that Debian 13 and Ubuntu 24.04 gave a new one (64-bit time) have it as an alternative
      depends: [
        'libgtk-3-0 | libgtk-3-0t64',
        'libasound2 | libasound2t64',
        'libatspi2.0-0 | libatspi2.0-0t64',
        'libcups2 | libcups2t64',
        'libgbm1',
        'libdrm2',
        'libnotify4',
        'libnss3',
        'libsecret-1-0',
        'libxss1',
        'libxtst6',
        'xdg-utils',
      ],
      recommends: ['openssh-client', 'curl', 'iproute2'],
      fpm: [`${join(root, 'packaging', 'linux', 'hoplab')}=/usr/bin/hoplab`],
    },
  };
}

/** Signed by a Developer ID and notarized where the environment has what electron-builder wants for it, otherwise ad hoc. */
function mac(prebuild: string, env: NodeJS.ProcessEnv): MacConfiguration {
  const has = (name: string) => Boolean(env[name]); // a secret that a workflow lacks is an empty variable
  const signed = has('CSC_LINK') || has('CSC_NAME');
  const notarized = signed && (has('APPLE_API_KEY') || has('APPLE_ID'));
  return {
    target: ['dmg', 'zip'],
    category: 'public.app-category.developer-tools',
    icon: 'packaging/icons/icon.icns',
    artifactName: 'hoplab-${version}-mac-${arch}.${ext}',
    ...(!signed && { identity: '-' }),
    notarize: notarized,
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'packaging/app/entitlements.plist',
    entitlementsInherit: 'packaging/app/entitlements.plist',
    binaries: [`Contents/Resources/app.asar.unpacked/node_modules/${prebuild}/spawn-helper`],
    // macOS 15 and newer keeps an app without it from the local network, and says nothing: Apple's TN3179
    extendInfo: { NSLocalNetworkUsageDescription: LOCAL_NETWORK },
    extraResources: [
      { from: 'packaging/app/en.lproj', to: 'en.lproj' },
      { from: 'packaging/app/ja.lproj', to: 'ja.lproj' },
      { from: 'packaging/mac/hoplab', to: 'hoplab' },
    ],
  };
}
