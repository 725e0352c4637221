/** The distinct MAC addresses in what arping or `arp -n` printed, in lower case with two digits each. */
export function macsIn(text: string): readonly string[] {
  const found = text.match(/\b[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}\b/gi) ?? [];
  return [...new Set(found.map(normalized))];
}

/** macOS leaves leading zeros out. */
function normalized(mac: string): string {
  return mac
    .toLowerCase()
    .split(':')
    .map((part) => part.padStart(2, '0'))
    .join(':');
}
