import { describeProviders } from '../describe-providers.ts';
import { procedures } from './base.ts';

const { machines } = procedures;

export const machineProcedures = {
  providers: machines.providers.handler(() => describeProviders()),
  list: machines.list.handler(async ({ context: { engine }, input }) => (await engine.lab(input.lab)).vms.list()),
};
