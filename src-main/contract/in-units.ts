/** Bytes as a person reads them: `950 B`, `4.9 kB`, `61.2 MB`, `1.4 GB`. */
export function inUnits(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 999.95 || unit === 'GB') return `${unit === 'B' ? value : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${bytes} B`;
}
