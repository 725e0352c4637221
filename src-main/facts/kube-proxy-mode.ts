import { z } from 'zod';
import { proxyModes, type KubeProxyMode } from '../contract/service-rules.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import type { Fact } from './fact.ts';

/** How kube-proxy on a node sends packets on; undefined: it does not run or does not say. Source: its port for metrics. */
export const kubeProxyMode: Fact<KubeProxyMode | undefined> = {
  id: 'kube-proxy-mode',
  command: sh`${embed(CURL)} -m 2 http://127.0.0.1:10249/proxyMode`,
  accept: 'any',
  parse: ({ stdout, exitCode }) => (exitCode === 0 ? z.enum(proxyModes).parse(stdout.trim()) : undefined),
};
