import { procedures } from './base.ts';

const { secrets } = procedures;

export const secretProcedures = {
  list: secrets.list.handler(async ({ context: { engine } }) => {
    const labs = new Map<string, string>((await engine.listLabs()).map(({ id, name }) => [id, name]));
    return (await engine.secrets.keys()).map((key) => ({ ...key, lab: labs.get(key.lab) ?? key.lab }));
  }),
  forget: secrets.forget.handler(({ context: { engine }, input }) => engine.secrets.forget(input.id)),
};
