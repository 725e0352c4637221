/**
 * Calls `gone` when whoever reads stdout has left (`hoplab … | head -1`) or what is written cannot be kept; what is written
 * from then on is lost, and is no error. Returns what stops listening.
 */
export function whenReaderIsGone(gone: () => void): () => void {
  process.stdout.on('error', gone);
  return () => process.stdout.off('error', gone);
}
