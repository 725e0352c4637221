import { components, imagesOf, type Components } from './catalogue.ts';
import { wholeReference } from './image-reference.ts';
import type { OwnImages } from './own-images.ts';

/**
 * What a lab takes from publishers: what goes with a version of Kubernetes (without `v`), and the images of the app's versions where those are others;
 * without the images that archives bring. @throws Error for a version that the catalogue has not
 */
export function labCatalogue(kubernetes: string, apps: readonly string[], own: OwnImages | undefined): Components {
  return withoutImages(apps.map(wholeReference).reduce(withImage, components(kubernetes)), own);
}

function withImage(catalogue: Components, reference: string): Components {
  const all = Object.values(catalogue).flatMap(imagesOf);
  if (all.includes(reference)) return catalogue;
  const { agnhost } = catalogue; // the app, where the user names no other
  return { ...catalogue, agnhost: { ...agnhost, images: [...agnhost.images, { reference }] } };
}

function withoutImages(catalogue: Components, own: OwnImages | undefined): Components {
  const names = new Set(own?.images.map(({ reference }) => reference));
  const entries = Object.entries(catalogue).map(([name, component]) => {
    const images = component.images.filter(({ reference }) => !names.has(reference));
    return [name, { ...component, images }];
  });
  return Object.fromEntries(entries) as Components;
}
