import { describe, expect, it } from 'vitest';
import { BundleError } from '../../../src-main/bundle/bundle-error.ts';
import { changesOf } from '../../../src-main/plan/plan.ts';
import { gateway } from '../../../src-main/stages/gateway.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { bare } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies } from '../table-machine.ts';
import { EXAMPLE_IMAGES } from '../write-example-bundle.ts';

const images =
  (found: readonly string[], on: (name: string) => boolean = () => true): Replies =>
  (command, name) => {
    if (command !== 'ctr -n k8s.io images ls' || !on(name)) return bare(command);
    const listed = found.map((image) => `${image} type digest size io.cri-containerd.image=managed\n`);
    return { stdout: `REF TYPE DIGEST SIZE LABELS\n${listed.join('')}` };
  };

async function decide(replies: Replies) {
  const { bundle } = await exampleBundle({ withGateway: false });
  return changesOf(await gateway.decide(contextOf({ lab: labOf(labText()), bundle, replies })));
}

describe('a bundle without the images of NGINX Gateway Fabric', () => {
  it('is refused by the stage, with the images and a node that lacks them', async () => {
    const failing = decide(images(EXAMPLE_IMAGES, (name) => name === 'k8s-worker1'));
    await expect(failing).rejects.toThrow(BundleError);
    await expect(failing).rejects.toThrow(/nginx-gateway-fabric\/nginx:2\.6\.7, and k8s-worker2 does not have them/);
  });

  it('lets nothing of the Gateway be made early, which would hold the VIP without NGINX', async () => {
    const { bundle } = await exampleBundle({ withGateway: false });
    const context = contextOf({ lab: labOf(labText()), bundle, replies: images([]) });
    const early = (gateway.ahead ?? []).filter(({ after }) => after !== 'control-plane'); // that only defines kinds
    expect(early).toHaveLength(2);
    for (const { decide: part } of early) await expect(part(context)).rejects.toThrow(BundleError);
  });

  it('serves where every node that runs pods has them', async () => {
    expect(await decide(images(EXAMPLE_IMAGES))).not.toEqual([]);
  });
});
