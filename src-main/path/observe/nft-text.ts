import { isIPv4 } from 'node:net';

/** Text for nft in which every inserted value is what it may be: `nft` is the only way to it. */
export type NftText = string & { readonly __checked: unique symbol };

/** An IPv4 address or a protocol; a number; several addresses, which become a set; text that was built before. */
type NftValue = string | number | readonly string[] | { readonly text: NftText };

/**
 * Builds text for nft, which root of a machine executes: nft`ip saddr ${address} tcp dport ${port}`. The literal parts are
 * trusted. @throws TypeError for a value that is neither an IPv4 address, a protocol nor a number that nft knows
 */
export function nft(literals: TemplateStringsArray, ...values: NftValue[]): NftText {
  const parts = literals.map((literal, index) => literal + (index < values.length ? inserted(values[index]) : ''));
  return parts.join('') as NftText;
}

function inserted(value: NftValue | undefined): string {
  if (typeof value === 'number')
    return String(checked(value, Number.isInteger(value) && value >= 0 && value < 2 ** 32));
  if (typeof value === 'string') return checked(value, isIPv4(value) || value === 'tcp' || value === 'udp');
  if (value === undefined) throw new TypeError('nothing to insert into a rule of nft');
  if ('text' in value) return value.text;
  return `{ ${checked(value, value.length > 0)
    .map((one) => checked(one, isIPv4(one)))
    .join(', ')} }`;
}

function checked<Value>(value: Value, isFine: boolean): Value {
  if (!isFine) throw new TypeError(`a rule of nft cannot hold ${JSON.stringify(value).slice(0, 100)}`);
  return value;
}
