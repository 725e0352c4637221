import type { Environment, Lab } from './lab.ts';

/** The sample app's Service and Deployment, of the same name in each environment's namespace. */
export function serviceName(lab: Lab): string {
  return `${lab.name}-service`;
}

/** The Service and Deployment of the app's second version. */
export function secondVersionName(lab: Lab): string {
  return `${lab.name}-v2`;
}

/** The LoadBalancer Service of the first environment, which holds the VIP until the Gateway takes it over. */
export function loadBalancerName(lab: Lab): string {
  return `${lab.name}-lb`;
}

/** NGINX's Service and Deployment as NGINX Gateway Fabric names them: Gateway and class. */
export function gatewayServiceName(lab: Lab): string {
  return `${lab.gateway.name}-nginx`;
}

/** The Secret with the Gateway's certificate. */
export function certificateName(lab: Lab): string {
  return `${lab.name}-tls`;
}

/** What the lab's CA is called in its certificate: at most 64 characters, as the standard has it. */
export function authorityName(lab: string): string {
  return `Hoplab: ${lab}`;
}

/** Where the client has the certificate of the lab's CA. */
export function authorityFile(lab: Lab): string {
  return `/etc/hoplab/${lab.name}-ca.crt`;
}

/** The environment that NodePort and the first VIP lead to. */
export function firstEnvironment(lab: Lab): Environment {
  const [first] = lab.app.environments;
  if (!first) throw new Error('a lab has an environment');
  return first;
}

/** The images of what the user runs, each once: those of the app's versions. */
export function appImages({ app, optional }: Pick<Lab, 'app' | 'optional'>): readonly string[] {
  return [...new Set([app.image, optional.secondVersion?.image ?? app.image])];
}
