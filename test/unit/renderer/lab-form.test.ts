import { describe, expect, it } from 'vitest';
import { answersOf as given } from '../../../src-main/engine/procedures/lab-answers.ts';
import { composeLabFile } from '../../../src-main/engine/write-lab-file.ts';
import { answersOf, emptyForm, problemsByField, type LabForm } from '../../../src-renderer/features/labs/lab-form.ts';

const nodes = [{ name: '', address: '192.168.2.10' }];
const composed = (filled: Partial<LabForm>) =>
  composeLabFile(given(answersOf({ ...emptyForm(), user: 'lab', nodes, ...filled }, 'en')), '/lab.yaml', []);

describe('the form of a new lab', () => {
  it('installs online, whatever stands in the field of a bundle that is not chosen', async () => {
    for (const filled of [{}, { bundle: './b.tar' }]) {
      expect(await composed(filled)).toMatchObject({
        text: expect.stringContaining('source: online\n') as string,
        problems: [],
      });
    }
    const chosen = await composed({ source: 'bundle', bundle: './b.tar' });
    expect(chosen.text).toContain('source: { bundle: ./b.tar }\n');
  });

  it('shows beside the source what is wrong with it, and with the way to publishers', async () => {
    const { problems } = await composed({ source: 'bundle' });
    expect([...problemsByField(problems).keys()]).toEqual(['source']);
    const fields = (path: string) => [...problemsByField(problems.map((problem) => ({ ...problem, path }))).keys()];
    for (const path of ['source', 'mirrors', 'mirrors.files.example.com', 'proxy', 'ca']) {
      expect([path, ...fields(path)]).toEqual([path, 'source']);
    }
    expect(fields('kubernetes.podCidr')).toEqual(['']);
  });
});
