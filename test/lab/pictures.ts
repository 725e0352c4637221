import type { Page } from '@playwright/test';
import { z } from 'zod';
import { exec, info } from './lab.ts';

/** What a picture says: each value by the thing it belongs to, `pod/prod/shortener-… address`. */
export type Values = Readonly<Record<string, string>>;

/** Fields of the picture that kubectl or a node can be asked for. */
const COMPARED = new Set(['pod address', 'node version', 'interface addresses', 'vip owner', 'route hostnames']);

const shownSchema = z.array(z.object({ element: z.string(), field: z.string(), value: z.string() }));

/** Run in the page. */
const READ_VALUES = `Array.from(document.querySelectorAll('[data-element]'), ({ dataset }) => ({ ...dataset }))`;

/** The values that the window shows now, with all pods unfolded. */
export async function pictureOnScreen(page: Page): Promise<Values> {
  const topology = page.getByRole('region', { name: 'Topology' });
  const more = topology.getByRole('button', { name: /more pods/ });
  if ((await more.count()) > 0) await more.first().click();
  const values = shownSchema.parse(await page.evaluate(READ_VALUES));
  const compared = values.filter(({ element, field }) => COMPARED.has(`${element.split('/')[0] ?? ''} ${field}`));
  const flag = topology.getByRole('group', { name: /answers ARP for the VIP/ });
  const owner = (await flag.count()) > 0 ? ((await flag.getAttribute('aria-label')) ?? '').split(' ')[0] : undefined;
  return sorted([
    ...compared.map(({ element, field, value }): [string, string] =>
      // a route has a line for each of its hosts
      field === 'hostnames' ? [`${element} ${value}`, ''] : [`${element} ${field}`, value],
    ),
    ...(owner === undefined ? [] : ([['flag', owner]] satisfies [string, string][])),
  ]);
}

const metadata = z.object({ name: z.string(), namespace: z.string().default('') });
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const podSchema = z.object({
  metadata,
  spec: z.object({ hostNetwork: z.boolean().default(false), nodeName: z.string().optional() }),
  status: z.object({ podIP: z.string().optional() }),
});
const nodeSchema = z.object({ metadata, status: z.object({ nodeInfo: z.object({ kubeletVersion: z.string() }) }) });
const routeSchema = z.object({ metadata, spec: z.object({ hostnames: z.array(z.string()).default(['*']) }) });
const leaderSchema = z.object({ status: z.object({ node: z.string() }) });
const linkSchema = z.object({
  ifname: z.string(),
  addr_info: z.array(z.object({ family: z.string(), local: z.string(), prefixlen: z.number() })),
});

/** The same, asked of kubectl and of each node's kernel without Hoplab. */
export async function pictureOfCluster(): Promise<Values> {
  const { nodes } = await info();
  const [pods, registered, routes, leaders, links] = await Promise.all([
    get('pods', podSchema),
    get('nodes', nodeSchema),
    get('httproutes', routeSchema),
    get('servicel2statuses', leaderSchema),
    Promise.all(
      nodes.map(async ({ name, hostname }) => {
        const { stdout } = await exec(name, 'ip -j addr');
        return { hostname, links: z.array(linkSchema).parse(JSON.parse(stdout)) };
      }),
    ),
  ]);
  return sorted([
    ...pods.flatMap(({ metadata: { namespace, name }, spec, status }): [string, string][] =>
      spec.hostNetwork || spec.nodeName === undefined || status.podIP === undefined
        ? []
        : [[`pod/${namespace}/${name} address`, status.podIP]],
    ),
    ...registered.map(({ metadata: { name }, status }): [string, string] => [
      `node/${name} version`,
      status.nodeInfo.kubeletVersion,
    ]),
    ...links.flatMap(({ hostname, links: own }) =>
      own.flatMap(({ ifname, addr_info }): [string, string][] => {
        const address = addr_info.find(({ family }) => family === 'inet');
        const shown = ['eth0', 'flannel.1', 'cni0'].includes(ifname);
        return shown && address
          ? [[`interface/${hostname}/${ifname} addresses`, `${address.local}/${String(address.prefixlen)}`]]
          : [];
      }),
    ),
    ...routes.flatMap(({ metadata: { namespace, name }, spec }) =>
      spec.hostnames.map((host): [string, string] => [`route/${namespace}/${name} ${host}`, '']),
    ),
    ...[...new Set(leaders.map(({ status }) => status.node))].flatMap((node): [string, string][] => [
      ['flag', node],
      ['vip owner', '192.168.2.200'],
    ]),
  ]);
}

/** The objects of a kind in all namespaces; none where there is no cluster or no such kind yet. */
async function get<Item extends z.ZodType>(kind: string, item: Item): Promise<readonly z.infer<Item>[]> {
  const { stdout, exitCode } = await exec('cp', `KUBECONFIG=/etc/kubernetes/admin.conf kubectl get ${kind} -A -o json`);
  return exitCode === 0 ? list(item).parse(JSON.parse(stdout)).items : [];
}

function sorted(entries: readonly (readonly [string, string])[]): Values {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}
