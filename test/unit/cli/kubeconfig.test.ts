import { describe, expect, it } from 'vitest';
import { hoplabOnRecording } from './on-recording.ts';

describe('hoplab kubeconfig', () => {
  it('has nothing to write for a recording', async () => {
    const { code, stdout, stderr } = await hoplabOnRecording('kubeconfig');
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'A recording has no cluster for kubectl. Open one of your own labs.\n',
    ]);
  });

  it('writes or removes, not both', async () => {
    const { code, stderr } = await hoplabOnRecording('kubeconfig', '--use', '--remove');
    expect([code, stderr]).toEqual([2, 'Give either --use or --remove.\n']);
  });
});
