import { procedures } from './base.ts';

const { kubeconfig } = procedures;

export const kubeconfigProcedures = {
  write: kubeconfig.write.handler(async ({ context: { engine }, input: { lab, use } }) =>
    (await engine.lab(lab)).kubeconfig.write(use),
  ),
  remove: kubeconfig.remove.handler(async ({ context: { engine }, input }) =>
    (await engine.lab(input.lab)).kubeconfig.remove(),
  ),
};
