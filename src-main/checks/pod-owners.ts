/** By the name of a pod, what it belongs to. @param printed a line for each owner, its pods behind it: `staging app-1 app-2` */
export function ownerOfPods<Owner>(printed: string, owner: (name: string) => Owner): ReadonlyMap<string, Owner> {
  return new Map(
    printed.split('\n').flatMap((line) => {
      const [name = '', ...pods] = line.split(' ').filter(Boolean);
      return pods.map((pod): [string, Owner] => [pod, owner(name)]);
    }),
  );
}
