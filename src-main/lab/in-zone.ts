/** Whether a name is a zone's own, or lies below it. Both in small letters, without a dot at the end. */
export function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
