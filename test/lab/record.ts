import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recordingFile } from '../../src-main/engine/home.ts';
import { madeRecordingSchema, packRecording, readRecording } from '../../src-main/machines/recorded/recording.ts';
import { withUsedTexts } from '../../src-main/machines/recorded/used-texts.ts';
import { bin } from '../set-up/built.ts';
import { bare, exec, info, writeLabFile } from './lab.ts';
import { runHere, script, unable } from './script.ts';

/**
 * `npm run record`: rolls the real lab out, change by change, notes what its machines answer in every state, and writes
 * resources/recordings/lab.recording. Takes an hour; a lab that is up is made bare first.
 */

const file = recordingFile();

const reason = await unable();
if (reason !== undefined) throw new Error(`no recording can be made here: the lab ${reason}`);
const lab = await bare();
/** All stages that a lab may ask for besides. */
const optional = {
  trafficSplit: { weight: 20 },
  headerRouting: true,
  tls: { trustOnClient: true },
  kubeProxyMode: 'nftables',
};
const manifests = join(import.meta.dirname, '../../docs/examples/several-apps.yaml');
const labFile = await writeLabFile({ set: { optional, apps: [{ manifests }] } });
// the lab file as a user would write it: without this computer's paths
const shown = await writeLabFile({
  path: join(lab.state, 'recorded-lab.yaml'),
  set: {
    'ssh.key': '~/.ssh/id_ed25519',
    'client.ssh.key': '~/.ssh/id_ed25519',
    'source.bundle': './bundle',
    'overrides.kubeadm': './kubeadm-overrides.yaml',
    optional,
    apps: [{ manifests: './several-apps.yaml' }],
  },
});
const out = join(lab.state, 'recording.json');
const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
const inClient = [
  bin('node'),
  quiet,
  join(import.meta.dirname, 'record-states.ts'),
  labFile,
  shown,
  lab.ssh.knownHosts,
  out,
];
const code = await runHere(script, ['client', ...inClient]);
if (code !== 0) process.exit(code);

const files = {
  './kubeadm-overrides.yaml': readFileSync(lab.overrides, 'utf8'),
  './several-apps.yaml': readFileSync(manifests, 'utf8'),
};
const made = madeRecordingSchema.parse({ ...(JSON.parse(readFileSync(out, 'utf8')) as object), files });
const recording = withUsedTexts(made);
const followed = recording.outputs.map((output) => output.map(([, , text]) => text).join(''));
const noted = [...recording.texts, ...followed, ...recording.questions.map(({ input = '' }) => input)];
const keys = ['PRIVATE KEY', Buffer.from('-----BEGIN PRIVATE').toString('base64').slice(0, 20)];
if (noted.some((text) => keys.some((key) => text.includes(key)))) throw new Error('the recording holds a private key');
const leaked = (await secretsOfTheLab()).filter((secret) => noted.some((text) => text.includes(secret)));
if (leaked.length > 0) throw new Error(`the recording holds ${leaked.length} secrets of the lab: it was not written`);
mkdirSync(dirname(file), { recursive: true });
const packed = await packRecording(recording);
writeFileSync(file, packed);
await readRecording(file);
const { states, changes, questions, texts, outputs } = recording;
console.log(
  `${file}: ${(packed.length / 1e6).toFixed(2)} MB, ${states.length} states, ${changes.length} changes, ${questions.length} questions, ${texts.length} texts, ${outputs.length} outputs`,
);

/** What must not be in it, as the lab has it now. */
async function secretsOfTheLab(): Promise<readonly string[]> {
  const { ssh } = await info();
  const ask = `export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl config view --raw -o 'jsonpath={.users[*].user.client-key-data}'; echo
kubectl get secrets -A -o 'jsonpath={range .items[*]}{.data}{"\\n"}{end}' | grep -o '"[^"]*":"[^"]*"' | cut -d'"' -f4
grep -hv -- ----- /etc/kubernetes/pki/*.key /etc/ssh/ssh_host_*_key
awk -F: 'length($2) > 8 {print $2}' /etc/shadow`;
  const { stdout } = await exec('cp', ask);
  const known = ssh.users.flatMap(({ password }) => (password === undefined ? [] : [password]));
  const own = readFileSync(ssh.key, 'utf8').split('\n');
  const all = [...known, ...own.filter((line) => !line.startsWith('-----')), ...stdout.split('\n')];
  const certificate = Buffer.from('-----BEGIN CERTIFICATE').toString('base64').slice(0, 20); // those are public
  const lines = all.map((line) => line.trim()).filter((line) => !line.startsWith(certificate));
  const long = lines.filter((line) => line.length >= 12);
  if (long.length < 50) throw new Error('the secrets of the lab could not be read');
  return long;
}
