import { parseArgs } from 'node:util';
import { Arch, build, Platform } from 'electron-builder';
import { builtCli, root } from '../../test/set-up/built.ts';
import { configuration, type Target } from './configuration.ts';
import { fetchPrebuild } from './prebuild.ts';

/*
 * `npm run package -- [--os mac|linux] [--arch x64|arm64]... [--dir] [--target deb]`: packages into out/packages/, for this
 * computer's system and processor unless another is named. --dir: the app as it will be installed, in a folder.
 */
const { values } = parseArgs({
  options: {
    os: { type: 'string', default: process.platform === 'darwin' ? 'mac' : 'linux' },
    arch: { type: 'string', multiple: true, default: [process.arch] },
    target: { type: 'string', multiple: true, default: [] },
    dir: { type: 'boolean', default: false },
  },
});
builtCli();
for (const arch of values.arch) {
  const target = { os: values.os, arch } as Target;
  const platform = target.os === 'mac' ? Platform.MAC : Platform.LINUX;
  const formats = values.dir ? ['dir'] : values.target;
  await build({
    projectDir: root,
    targets: platform.createTarget(formats, target.arch === 'x64' ? Arch.x64 : Arch.arm64),
    config: configuration(target, fetchPrebuild(target), process.env),
  });
}
