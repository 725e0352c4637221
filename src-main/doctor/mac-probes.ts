import { sh } from '../machines/command.ts';
import { noAnswer } from '../facts/no-answer.ts';
import { ok, unknown, type ComputerProbe } from './probe.ts';

const vpn: ComputerProbe = {
  id: 'vpn',
  title: { en: 'VPN', ja: 'VPN' },
  shown: { macos: 'scutil --nc list' },
  expected: { en: 'no line with `(Connected)`', ja: '`(Connected)` の行がない' },
  async ask({ run }) {
    const printed = await run(sh`scutil --nc list`);
    if (printed.exitCode !== 0 || !printed.stdout.startsWith('Available network connection services'))
      throw noAnswer(printed);
    const names = [...printed.stdout.matchAll(/^\* \(Connected\)[^"\n]*"([^"\n]*)"/gm)].map(([, name = '']) => name);
    const all = names.join(', ');
    if (all === '')
      return [
        ok({ en: 'No VPN of the system settings is connected', ja: 'システム設定の VPN はどれも接続していない' }),
      ];
    return [
      unknown(
        {
          en: `A VPN is connected: ${all}. Whether it takes the lab's addresses or names is shown below, for the lab`,
          ja: `VPN が接続している: ${all}。ラボのアドレスや名前に影響するかは、下のラボの項目で示す`,
        },
        {
          en: 'Where an item of the lab is a problem, disconnect it and look again.',
          ja: 'ラボの項目に問題があれば、切断してもう一度調べてください。',
        },
      ),
    ];
  },
};

/**
 * Content filters and DNS proxies are system extensions; configuration profiles with encrypted DNS cannot be read without root.
 * Source: `systemextensionsctl list`, a table for each category.
 */
const filters: ComputerProbe = {
  id: 'filters',
  title: { en: 'Filters and DNS proxies', ja: 'フィルターと DNS プロキシ' },
  shown: { macos: 'systemextensionsctl list' },
  expected: {
    en: 'no `[activated enabled]` below `com.apple.system_extension.network_extension`',
    ja: '`com.apple.system_extension.network_extension` の下に `[activated enabled]` がない',
  },
  async ask({ run }) {
    const printed = await run(sh`systemextensionsctl list`);
    if (printed.exitCode !== 0 || !/^\d+ extension\(s\)/m.test(printed.stdout)) throw noAnswer(printed);
    const [, table = ''] = printed.stdout.split(/^--- com\.apple\.system_extension\.network_extension.*$/m);
    const [own = ''] = table.split(/^--- /m);
    const active = own.split('\n').filter((line) => line.includes('[activated enabled]'));
    const names = active.map((line) => line.split('\t').at(-2) ?? line.trim()).join(', ');
    if (names === '') return [ok({ en: 'No network extension is active', ja: '有効なネットワーク機能拡張はない' })];
    return [
      unknown(
        {
          en: `Network extensions are active: ${names}. macOS does not say whether they take DNS queries or packets`,
          ja: `有効なネットワーク機能拡張: ${names}。DNS やパケットを横取りするかは macOS からはわからない`,
        },
        {
          en: 'Where names or addresses of the lab are a problem, switch them off for a try: System Settings, General, Login Items & Extensions, Network Extensions; profiles with encrypted DNS: General, Device Management.',
          ja: 'ラボの名前やアドレスに問題があれば、試しに無効にしてください。システム設定の「一般」→「ログイン項目と機能拡張」→「ネットワーク機能拡張」。暗号化 DNS のプロファイルは「一般」→「デバイス管理」。',
        },
      ),
    ];
  },
};

export const macComputerProbes: readonly ComputerProbe[] = [vpn, filters];
