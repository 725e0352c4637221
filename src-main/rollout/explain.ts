import { BundleError } from '../bundle/bundle-error.ts';
import type { Explanation } from '../contract/events.ts';
import { COMPUTER } from '../contract/machines.ts';
import type { Text } from '../contract/text.ts';
import { DownloadError } from '../downloads/download-error.ts';
import { NetworkSettingsError } from '../downloads/network-settings.ts';
import { quote } from '../machines/command.ts';
import * as errors from '../machines/errors.ts';
import { cutLine } from '../machines/line-reader.ts';
import { StageRefused } from '../stages/stage-refused.ts';
import { tellCertificate, tellKey, tellOutdated, tellSlowLogin, tellTooManyKeys } from './explain-login.ts';
import { likelyReason } from './likely-reason.ts';

/** Turns any error into what a person reads. The only place that does. */
export function explain(error: unknown): Explanation {
  if (error instanceof errors.MachineError) return explainMachine(error);
  if (error instanceof StageRefused) {
    const { machine, text, remedy, more } = error;
    return { machine, title: text, detail: '', remedy, ...more };
  }
  if (error instanceof BundleError || error instanceof DownloadError || error instanceof NetworkSettingsError) {
    return {
      title: error.text,
      detail: '',
      remedy: {
        en: 'Then run it again: what is there already is kept.',
        ja: 'そのあともう一度実行してください。すでにあるものはそのまま使います。',
      },
    };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    title: { en: 'Hoplab itself failed', ja: 'Hoplab 自体のエラー' },
    detail,
    remedy: {
      en: 'Please report this with the journal of the rollout.',
      ja: '展開のジャーナルを添えて報告してください。',
    },
  };
}

function explainMachine(error: errors.MachineError): Explanation {
  const output = shownOutput(error);
  const known = likelyReason(output);
  const told = tell(error);
  return {
    machine: error.machine,
    title: inWords(error.machine, told.title),
    detail: output,
    remedy: known?.remedy ?? inWords(error.machine, told.remedy),
    ...(known && { reason: known.reason }),
    ...(error.command !== undefined && { command: error.command }),
  };
}

/** This computer has no name of its own in a sentence. */
function inWords(machine: string, { en, ja }: Text): Text {
  if (machine !== COMPUTER) return { en, ja };
  return {
    en: en.replaceAll(COMPUTER, 'this computer'),
    ja: ja.replaceAll(/ ?this-computer ?/g, 'このコンピューター'),
  };
}

const ROLL_OUT_AGAIN: Text = {
  en: 'Fix the cause shown in the output and roll out again: completed changes stay.',
  ja: '出力が示す原因を直して、もう一度展開してください。済んだ変更はそのまま残ります。',
};

function tell(error: errors.MachineError): { title: Text; remedy: Text } {
  if (error instanceof errors.HostKeyChanged) return tellChanged(error);
  if (error instanceof errors.HostKeyUnknown) {
    const whose = keyOwner(error);
    return {
      title: {
        en: `The host key of ${whose.en} is unknown: ${error.fingerprint}`,
        ja: `${whose.ja} のホスト鍵はまだ知られていない: ${error.fingerprint}`,
      },
      remedy: {
        en: 'Compare it on the console of the machine and accept it once with `hoplab trust`, or accept it without comparing with --accept-new.',
        ja: 'マシンのコンソールで照合し、`hoplab trust` で一度だけ承認してください。照合せずに受け入れるなら --accept-new を付けます。',
      },
    };
  }
  return tellConnection(error);
}

function tellChanged(error: errors.HostKeyChanged): { title: Text; remedy: Text } {
  const { host, pinned, shown } = error;
  const whose = keyOwner(error);
  const replace = `hoplab trust --replace ${quote(host)}`;
  return {
    title: {
      en: `${whose.en} shows a host key that differs from the pinned one: pinned ${pinned.join(', ')}, shown ${shown}`,
      ja: `${whose.ja} のホスト鍵が固定したものと違う: 固定 ${pinned.join(', ')}、提示 ${shown}`,
    },
    remedy: {
      en: `If ${host} was reinstalled, compare the new fingerprint on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) and run \`${replace}\`. Otherwise this may be a man-in-the-middle attack: do not connect.`,
      ja: `${hostInJapanese(host)} を再インストールしたのなら、コンソールで新しいフィンガープリントを確かめ (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)、\`${replace}\` を実行してください。心当たりがなければ中間者の可能性があります。接続しないでください。`,
    },
  };
}

/** Whose host key it is: the machine's, or that of the jump host on the way to it. */
function keyOwner({ machine, host }: { machine: string; host: string }): Text {
  if (host === machine) return { en: machine, ja: machine };
  return { en: `${host}, on the way to ${machine},`, ja: `${machine} への途中の${hostInJapanese(host)}` };
}

/** A name of `jumpHostName` as a Japanese sentence says it; of a machine its own. `hoplab trust` takes the English one. */
function hostInJapanese(host: string): string {
  return host.replace(/^jump host /, '踏み台 ');
}

function tellConnection(error: errors.MachineError): { title: Text; remedy: Text } {
  const { machine } = error;
  if (error instanceof errors.LoginSlow) return tellSlowLogin(machine);
  if (error instanceof errors.TooManyKeys) return tellTooManyKeys(machine);
  if (error instanceof errors.CertificateNotOffered) return tellCertificate(machine);
  if (error instanceof errors.MachineUnreachable) {
    return {
      title: { en: `${machine} cannot be reached`, ja: `${machine} に届かない` },
      remedy: {
        en: 'Check that the machine is up, and that address and port in the lab file are correct (`ssh -p PORT USER@ADDRESS`).',
        ja: 'マシンが起動しているか、ラボファイルのアドレスとポートが正しいか確かめてください (`ssh -p ポート ユーザー@アドレス`)。',
      },
    };
  }
  if (error instanceof errors.OutdatedAlgorithms) return tellOutdated(machine);
  if (error instanceof errors.KeyUnusable) return tellKey(machine);
  if (error instanceof errors.AuthenticationRefused) {
    return {
      title: { en: `${machine} rejected the login`, ja: `${machine} がログインを拒んだ` },
      remedy: {
        en: 'Put the public key into ~/.ssh/authorized_keys there (`ssh-copy-id`), or set another user or key in the lab file (ssh).',
        ja: '公開鍵をそのマシンの ~/.ssh/authorized_keys に入れる (`ssh-copy-id`) か、ラボファイルの ssh で別のユーザーや鍵を指定してください。',
      },
    };
  }
  if (error instanceof errors.SudoRefused) {
    return {
      title: { en: `sudo failed on ${machine}`, ja: `${machine} で sudo が拒まれた` },
      remedy: {
        en: 'Allow the user to run sudo, or set ssh.sudo: password in the lab file and give the right password.',
        ja: 'そのユーザーに sudo を許可するか、ラボファイルで ssh.sudo: password とし、正しいパスワードを入力してください。',
      },
    };
  }
  if (error instanceof errors.AnswerNotUnderstood) return tellAnswer(error);
  return tellCommand(error);
}

function tellAnswer(error: errors.AnswerNotUnderstood): { title: Text; remedy: Text } {
  const { machine, command, why } = error;
  const short = errors.shortCommand(command ?? '');
  const whyJa = why.replace(/^exit code (?=\d)/, '終了コード ');
  const title =
    shownOutput(error) === ''
      ? {
          en: `${machine} returned no output for \`${short}\` (${why})`,
          ja: `${machine} が \`${short}\` に何も返さなかった (${whyJa})`,
        }
      : {
          en: `${machine} returned unexpected output for \`${short}\` (${why})`,
          ja: `${machine} が \`${short}\` に返した内容を Hoplab は理解できない (${whyJa})`,
        };
  return {
    title,
    remedy: {
      en: `Run that command on ${machine} yourself. If a login script (.bashrc, .profile) prints something, make it silent for commands; if the program itself prints this, restore the system's version.`,
      ja: `${machine} でそのコマンドを実行してみてください。ログイン時のスクリプト (.bashrc、.profile) が何か出力しているなら、コマンド実行時には出力しないようにします。プログラム自体がそう答えるなら、システム標準のものに戻してください。`,
    },
  };
}

function tellCommand(error: errors.MachineError): { title: Text; remedy: Text } {
  const { machine, output } = error;
  if (error instanceof errors.CommandTimedOut) {
    if (error.shared) return tellSlow(machine, error.shared);
    return {
      title: {
        en: `A command on ${machine} timed out and was stopped`,
        ja: `${machine} のコマンドが時間内に終わらず、止められた`,
      },
      remedy: ROLL_OUT_AGAIN,
    };
  }
  if (error instanceof errors.Cancelled) {
    return {
      title: { en: `Stopped on ${machine}`, ja: `${machine} で中止した` },
      remedy: { en: 'Roll out again to continue.', ja: '続けるにはもう一度展開してください。' },
    };
  }
  if (error instanceof errors.NotRecorded) {
    return {
      title: {
        en: `The recording has no response of ${machine} to this`,
        ja: `${machine} がこれにどう答えるか、記録にない`,
      },
      remedy: {
        en: 'Recording and engine do not match: make the recording again with `npm run record`, or roll out on a real lab.',
        ja: '記録とエンジンが合っていません。`npm run record` で記録し直すか、実際のラボで展開してください。',
      },
    };
  }
  if (error instanceof errors.ConnectionLost) {
    return {
      title: { en: `The connection to ${machine} was lost`, ja: `${machine} との接続が切れた` },
      remedy: ROLL_OUT_AGAIN,
    };
  }
  if (error instanceof errors.ApiServerSilent) return tellSilence(machine);
  return {
    title: {
      en: `A command failed on ${machine} (exit code ${output?.exitCode ?? '?'})`,
      ja: `${machine} でコマンドが失敗した (終了コード ${output?.exitCode ?? '?'})`,
    },
    remedy: ROLL_OUT_AGAIN,
  };
}

function tellSlow(machine: string, { asked, answered, timeout }: errors.SharedLimit): { title: Text; remedy: Text } {
  const limit = Math.round(timeout / 1000);
  return {
    title: {
      en: `${machine} is slow: it answered ${answered} of ${asked} quick commands within ${limit} s`,
      ja: `${machine} が遅い: 短い質問 ${asked} 件のうち ${limit} 秒以内に答えたのは ${answered} 件`,
    },
    remedy: {
      en: `\`uptime\` and \`top\` on ${machine} show what keeps it busy. Wait until the load drops, or add processors or memory, and roll out again: completed changes stay.`,
      ja: `${machine} で \`uptime\` と \`top\` を実行し、何が負荷をかけているか確かめてください。落ち着くのを待つか CPU やメモリーを増やして、もう一度展開してください。済んだ変更はそのまま残ります。`,
    },
  };
}

function tellSilence(machine: string): { title: Text; remedy: Text } {
  return {
    title: { en: `The API server on ${machine} does not answer`, ja: `${machine} の API サーバーが応答しない` },
    remedy: {
      en: `After a reboot it takes a minute or two: roll out again. Otherwise \`journalctl -u kubelet -n 50\` on ${machine} shows why it does not run.`,
      ja: `再起動のあとは 1、2 分かかります。もう一度展開してください。それでも応答しなければ、${machine} で \`journalctl -u kubelet -n 50\` を見てください。`,
    },
  };
}

/** The beginning of an answer that is not understood, empty when nothing was printed; else the end of what a command printed, or the error's message. */
function shownOutput(error: errors.MachineError): string {
  const { stdout = '', stderr = '' } = error.output ?? {};
  if (error instanceof errors.AnswerNotUnderstood) return errors.firstLines({ stdout, stderr }, SHOWN);
  const lines = `${stdout}\n${stderr}`.trim().split('\n').slice(-SHOWN);
  return lines.map((line) => cutLine(line, LONGEST)).join('\n') || error.message;
}

/** Lines of an output that an explanation shows, and characters of each. */
const SHOWN = 15;
const LONGEST = 2000;
