import { readCatalogue } from '../../bundle/catalogue.ts';
import { catalogueComponents } from '../../bundle/list-components.ts';
import { procedures } from './base.ts';

const { components } = procedures;

export const componentProcedures = {
  list: components.list.handler(({ input: { kubernetes = readCatalogue().default } }) => [
    ...catalogueComponents(kubernetes),
  ]),
};
