/** `33.3 %`, `50 %` */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
