import { expect, test } from 'vitest';
import { components, readCatalogue } from '../../../src-main/bundle/catalogue.ts';
import { catalogueComponents } from '../../../src-main/bundle/list-components.ts';
import { vouchedBy } from '../../../src-main/bundle/published-files.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

test('an image is pinned by its index, or by its manifest of each architecture', () => {
  expect(vouchedBy({ digest: DIGEST })).toBe('hoplab');
  expect(vouchedBy({ manifests: { amd64: DIGEST, arm64: DIGEST } })).toBe('hoplab');
  expect(vouchedBy({ manifests: { amd64: DIGEST } })).toBe('publisher');
  expect(vouchedBy({ manifests: { amd64: DIGEST } }, ['amd64'])).toBe('hoplab');
  expect(vouchedBy({ manifests: { amd64: DIGEST } }, ['arm64'])).toBe('publisher');
  expect(vouchedBy({})).toBe('publisher');
});

test.each(Object.keys(readCatalogue().kubernetes))('the list for Kubernetes %s says so of each image', (kubernetes) => {
  const listed = catalogueComponents(kubernetes).flatMap(({ images }) => images);
  const images = Object.values(components(kubernetes)).flatMap((component) => component.images);
  expect(listed).toEqual(
    images.map(({ reference, digest, manifests }) => ({
      ...{ reference, digest: digest ?? null },
      vouched: (digest ?? (manifests?.amd64 && manifests.arm64)) ? 'hoplab' : 'publisher',
    })),
  );
});
