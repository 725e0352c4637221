/** Milliseconds that this process has computed: what it waits for a busy processor is not among them. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
