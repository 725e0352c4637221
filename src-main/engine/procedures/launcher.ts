import { procedures } from './base.ts';

const { launcher } = procedures;

export const launcherProcedures = {
  read: launcher.read.handler(({ context: { engine } }) => engine.launcher.read()),
  install: launcher.install.handler(({ context: { engine } }) => engine.launcher.install()),
  remove: launcher.remove.handler(({ context: { engine } }) => engine.launcher.remove()),
};
