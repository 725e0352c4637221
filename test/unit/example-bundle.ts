import type { Bundle } from '../../src-main/bundle/bundle.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { writeExampleBundle, type ExampleOptions } from './write-example-bundle.ts';

/** An example bundle in a folder that goes with the test file. */
export async function exampleBundle(options: ExampleOptions = {}): Promise<{
  folder: string;
  bundle: Bundle;
}> {
  const folder = await tempFolder();
  return { folder, bundle: await writeExampleBundle(folder, options) };
}
