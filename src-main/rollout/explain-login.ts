import type { Text } from '../contract/text.ts';

/* What keeps a user from logging in to a machine, for `explain.ts`. */

export function tellOutdated(machine: string): { title: Text; remedy: Text } {
  return {
    title: {
      en: `${machine} offers only SSH algorithms that OpenSSH also rejects`,
      ja: `${machine} が提示する SSH アルゴリズムは、OpenSSH も拒むものしかない`,
    },
    remedy: {
      en: 'Host keys: on its console, `ssh-keygen -A` makes an Ed25519 key; restart sshd. Otherwise remove HostKeyAlgorithms, KexAlgorithms, Ciphers and MACs from its sshd_config, or update its SSH server.',
      ja: 'ホスト鍵なら、そのマシンのコンソールで `ssh-keygen -A` を実行して Ed25519 鍵を作り、sshd を再起動してください。それ以外は sshd_config から HostKeyAlgorithms、KexAlgorithms、Ciphers、MACs を外すか、SSH サーバーを更新してください。',
    },
  };
}

export function tellSlowLogin(machine: string): { title: Text; remedy: Text } {
  return {
    title: {
      en: `${machine} is reachable, but the login timed out`,
      ja: `${machine} には届くが、ログインの応答が遅すぎる`,
    },
    remedy: {
      en: 'Often its sshd waits for a DNS server that does not respond: set `UseDNS no` in /etc/ssh/sshd_config there (or fix its DNS), restart sshd, and try again. `ssh -v` shows where it waits.',
      ja: 'sshd が応答しない DNS サーバーを待っていることが多いです。そのマシンの /etc/ssh/sshd_config に `UseDNS no` と書き (または DNS を直し)、sshd を再起動してから再試行してください。どこで待つかは `ssh -v` で分かります。',
    },
  };
}

export function tellTooManyKeys(machine: string): { title: Text; remedy: Text } {
  return {
    title: {
      en: `${machine} closes the login before the agent's matching key was tried`,
      ja: `エージェントの正しい鍵の番が来る前に、${machine} がログインを打ち切った`,
    },
    remedy: {
      en: 'Set ssh.key in the lab file to that key (its .pub is enough): it is then offered first. Or leave only that key in the agent (`ssh-add -D`, then `ssh-add KEY`).',
      ja: 'ラボファイルの ssh.key に使う鍵を一つ指定する (.pub だけでよい) と最初に提示されます。または、エージェントにその鍵だけを残してください (`ssh-add -D` のあと `ssh-add 鍵`)。',
    },
  };
}

export function tellCertificate(machine: string): { title: Text; remedy: Text } {
  return {
    title: {
      en: `${machine} does not accept the key without its certificate, and Hoplab cannot offer certificates`,
      ja: `${machine} が鍵だけのログインを拒んだ。Hoplab は鍵の証明書を提示できない`,
    },
    remedy: {
      en: 'Put the public key itself into ~/.ssh/authorized_keys there (`ssh-copy-id -f -i KEY.pub`), and configure its sshd to accept plain keys if it accepts only certificates (PubkeyAcceptedAlgorithms); or set another key in the lab file (ssh.key).',
      ja: '公開鍵そのものをそのマシンの ~/.ssh/authorized_keys に入れ (`ssh-copy-id -f -i 鍵.pub`)、sshd が証明書しか受け付けない場合は通常の鍵も受け付けるようにしてください (PubkeyAcceptedAlgorithms)。ラボファイルの ssh.key で別の鍵を指定することもできます。',
    },
  };
}

export function tellKey(machine: string): { title: Text; remedy: Text } {
  return {
    title: { en: `The private key for ${machine} cannot be used`, ja: `${machine} 用の秘密鍵が使えない` },
    remedy: {
      en: "Set ssh.key in the lab file to the private key (not the .pub); `ssh-keygen -p -f FILE` converts it to a supported format, and `ssh-add -l` lists the agent's keys.",
      ja: 'ラボファイルの ssh.key に秘密鍵 (.pub ではない方) を指定してください。`ssh-keygen -p -f ファイル` で読み込める形式に書き直せます。エージェントの鍵は `ssh-add -l` で確かめられます。',
    },
  };
}
