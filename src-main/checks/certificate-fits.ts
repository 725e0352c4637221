import { verbatim } from '../contract/text.ts';
import { X509Certificate } from 'node:crypto';
import { controlPlane } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

export const certificateFits: Check = {
  id: 'certificate-fits',
  sentence: {
    en: "The API server's certificate is valid for the control plane's address and name",
    ja: 'API サーバーの証明書がコントロールプレーンのアドレスと名前に有効である',
  },
  on: 'control-plane',
  async ask(question) {
    const node = controlPlane(question.lab);
    const { stdout, at } = await question.run(sh`cat /etc/kubernetes/pki/apiserver.crt`, { sudo: true, quick: true });
    const certificate = stdout.startsWith('-----BEGIN CERTIFICATE') ? new X509Certificate(stdout) : undefined;
    const names = certificate?.subjectAltName ?? '';
    const days = certificate ? Math.floor((Date.parse(certificate.validTo) - Date.parse(at)) / 86_400_000) : 0;
    return {
      status: passedIf(
        certificate?.checkIP(node.address) === node.address &&
          certificate.checkHost(node.name) !== undefined &&
          days > 0,
      ),
      expected: {
        en: `for ${node.address} and ${node.name}, not expired`,
        ja: `${node.address} と ${node.name} に有効、期限内`,
      },
      actual: certificate ? { en: `${names}; ${days} days left`, ja: `${names}; 残り ${days} 日` } : verbatim('—'),
      meaning: {
        en: 'Workers and kubectl connect to this address and trust the certificate.',
        ja: 'ワーカーと kubectl はこのアドレスに接続し、証明書を信頼する。',
      },
      remedy: {
        en: 'Renew it with `kubeadm certs renew apiserver`; when the address has changed, undo and roll out control-plane again.',
        ja: '`kubeadm certs renew apiserver` で更新してください。アドレスが変わったなら control-plane を元に戻してから展開し直してください。',
      },
    };
  },
};
