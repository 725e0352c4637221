import type { Rule } from './rule.ts';

/** The app and the DNS server have NodePorts of their own. */
export const nodePorts: Rule = ({ dnsNodePort, appNodePort }) => {
  if (!dnsNodePort || appNodePort?.value !== dnsNodePort.value) return [];
  return [
    {
      path: appNodePort.path,
      near: dnsNodePort.path,
      text: {
        en: `${appNodePort.value} is already dns.nodePort.`,
        ja: `${appNodePort.value} は dns.nodePort で使われています。`,
      },
      remedy: { en: 'Choose another port from 30000 to 32767.', ja: '30000 から 32767 の別のポートにしてください。' },
    },
  ];
};
