import { describe, expect, it } from 'vitest';
import { components, readCatalogue } from '../../src-main/bundle/catalogue.ts';
import { labFileSchema } from '../../src-main/lab/lab-file-schema.ts';
import { parse } from 'yaml';
import { labText } from './example.ts';

describe('the catalogue', () => {
  it('has the parts of every version, the default among them', () => {
    const catalogue = readCatalogue();
    expect(Object.keys(catalogue.kubernetes)).toContain(catalogue.default);
    for (const version of Object.keys(catalogue.kubernetes))
      expect(components(version).kubernetes.version).toBe(version);
  });

  it('has the sha256 of every manifest', () => {
    const files = Object.values(components(readCatalogue().default)).flatMap((component) => component.files);
    const manifests = files.filter(({ kind }) => kind === 'manifest');
    expect(manifests).toHaveLength(5);
    expect(manifests.filter(({ sha256 }) => sha256 === undefined)).toEqual([]);
  });

  it('has the image of the sample app', () => {
    expect(components('1.37.1').agnhost.images).toEqual([labFileSchema.parse(parse(labText())).app.image]);
  });

  it('refuses a version that it does not have', () => {
    expect(() => components('1.0.0')).toThrow('Kubernetes 1.0.0 is not in the catalogue');
  });
});
