import { addresses, oneLan } from './addresses.ts';
import { bundlePlace } from './bundle-place.ts';
import { caFile } from './ca-file.ts';
import { cidrOverlaps, cidrSizes } from './cidrs.ts';
import { imageArchives } from './image-archives.ts';
import { keyFiles } from './key-files.ts';
import { kubeadmOverrides } from './kubeadm-overrides.ts';
import { kubernetesVersion } from './kubernetes-version.ts';
import { poolPlace, vipPlace } from './load-balancer.ts';
import { environmentNames, nodeNames } from './names.ts';
import { nodePorts } from './node-ports.ts';
import { nodeRoles } from './node-roles.ts';
import { ownManifests } from './own-manifests.ts';
import type { Rule } from './rule.ts';
import { statedLan } from './stated-lan.ts';
import { vmImage } from './vm-image.ts';
import { vmMemory } from './vm-memory.ts';
import { hostsInZone, zoneName } from './zone.ts';

/** All that a lab file must be beyond its schema. */
export const rules: readonly Rule[] = [
  nodeRoles,
  nodeNames,
  addresses,
  oneLan,
  statedLan,
  keyFiles,
  vmMemory,
  vmImage,
  kubernetesVersion,
  cidrSizes,
  cidrOverlaps,
  poolPlace,
  vipPlace,
  zoneName,
  hostsInZone,
  nodePorts,
  environmentNames,
  bundlePlace,
  imageArchives,
  caFile,
  kubeadmOverrides,
  ownManifests,
];
