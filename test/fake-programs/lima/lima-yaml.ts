import { parse } from 'yaml';
import { z } from 'zod';
import { loadNetworks } from './networks.ts';
import { fatal } from './fail.ts';

/** `2GiB`, as go-units reads it. */
const size = z.string().regex(/^\d+(\.\d+)? ?([kKmMgGtTpP](i?[bB])?|[bB])?$/);
const image = z.strictObject({
  location: z.string().regex(/^(\/|https?:\/\/|file:\/\/)/),
  arch: z.enum(['x86_64', 'aarch64', 'armv7l', 'ppc64le', 'riscv64', 's390x']),
  digest: z
    .string()
    .regex(/^sha(256|512):[0-9a-f]+$/)
    .optional(),
});

/** The keys of templates/default.yaml that are not left to their defaults here: Lima refuses others (strict YAML). */
const limaYamlSchema = z.strictObject({
  minimumLimaVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/)
    .optional(),
  vmType: z.enum(['vz', 'qemu']).optional(),
  arch: z.enum(['x86_64', 'aarch64']).optional(),
  images: z.array(image).min(1, 'field `images` must be set'),
  cpus: z.int().min(1),
  memory: size,
  disk: size,
  mounts: z.array(z.strictObject({ location: z.string(), writable: z.boolean().optional() })).optional(),
  ssh: z.strictObject({ localPort: z.int().optional(), loadDotSSHPubKeys: z.boolean().optional() }).optional(),
  containerd: z.strictObject({ system: z.boolean().optional(), user: z.boolean().optional() }).optional(),
  upgradePackages: z.boolean().optional(),
  plain: z.boolean().optional(),
  param: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), z.string().regex(/^[\t\P{C}]*$/u)).optional(),
  networks: z
    .array(
      z.strictObject({
        lima: z.string(),
        macAddress: z
          .string()
          .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
          .optional(),
        interface: z
          .string()
          .regex(/^[^ \t\n/]{1,15}$/)
          .refine((name) => name !== 'eth0')
          .optional(),
        metric: z.int().optional(),
      }),
    )
    .optional(),
  provision: z
    .array(
      z.strictObject({ mode: z.enum(['system', 'user', 'boot', 'dependency', 'data']), script: z.string().min(1) }),
    )
    .optional(),
});

export type LimaYaml = z.infer<typeof limaYamlSchema>;

/** A template, checked as Lima checks it. @param version of this Lima */
export function readTemplate(text: string, version: string): LimaYaml {
  const read = limaYamlSchema.safeParse(parse(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    if (issue?.code === 'unrecognized_keys')
      fatal(`failed to unmarshal YAML: unknown field "${[...issue.path, ...issue.keys].join('.')}"`);
    fatal(`field \`${issue?.path.join('.')}\` has an invalid value: ${issue?.message}`);
  }
  const { minimumLimaVersion = '0.0.0', networks = [], provision = [], param = {} } = read.data;
  if (number(minimumLimaVersion) > number(version))
    fatal(`template requires Lima version "${minimumLimaVersion}"; this is only "${version}"`);
  for (const [index, { lima }] of networks.entries()) {
    if (!(lima in loadNetworks().networks))
      fatal(`field \`networks[${index}].lima\` references network \`${lima}\` which is not defined in networks.yaml`);
  }
  for (const key of Object.keys(param)) {
    const used = new RegExp(String.raw`\{\{[^}]*\.Param\.${key}[^}]*\}\}|\bPARAM_${key}\b`);
    if (!provision.some(({ script }) => used.test(script)))
      fatal(`field \`param\` key "${key}" is not used in any provision, probe, copyToHost, or portForward`);
  }
  return read.data;
}

function number(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
}
