/** Aborts `controller` at Ctrl-C or SIGTERM; a second one does not wait. `told` is called at the first. Returns what stops listening. */
export function untilSignal(controller: AbortController, told: () => void = () => undefined): () => void {
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    told();
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return () => process.off('SIGINT', stop).off('SIGTERM', stop);
}
