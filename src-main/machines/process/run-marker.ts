import { randomBytes } from 'node:crypto';
import { embed, sh, type ShellCommand } from '../command.ts';

/** Names one run in the environment of all its processes, so that they can be found and killed. */
export function newRunId(): string {
  return randomBytes(12).toString('hex');
}

/**
 * Where programs are, behind the places that the machine names itself: sudo's `secure_path` lacks /usr/local/bin on Red Hat's
 * systems, where Hoplab's own programs are, and a user's PATH lacks sbin on Debian's. An app on a Mac has no PATH of a shell, and lacks
 * Homebrew's.
 */
const PLACES = sh`export PATH="\${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin"`;

/** All that Hoplab's commands ask is on the lab's LAN: kubectl and kubeadm would ask a proxy for it, and write it into the cluster. */
const NO_PROXY = sh`unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY`;

/**
 * The command as it is sent. The marker comes after sudo, because sudo cleans the environment. `LC_ALL=C`, because facts
 * are parsed from the output and must not depend on the user's language.
 */
export function marked(command: ShellCommand, id: string, sudo?: ShellCommand): ShellCommand {
  const script = sh`${embed(PLACES)}; ${embed(NO_PROXY)}; ${embed(command)}`;
  const run = sh`env LC_ALL=C ${`HOPLAB_RUN=${id}`} sh -c ${script}`;
  return sudo ? sh`env LC_ALL=C ${embed(sudo)} ${embed(run)}` : run;
}

/**
 * Ends every process of a run: TERM, and KILL for those that are left after 2 s. A signal sent through sshd reaches only
 * the login shell, and neither root's processes nor those in another session. The bracket keeps the search from finding
 * itself: sudo puts the whole command line into SUDO_COMMAND. macOS has no /proc; there `ps -E` shows environments.
 */
export function killScript(id: string): ShellCommand {
  const pattern = `[H]OPLAB_RUN=${id}`;
  return sh`pids() {
  if [ -r /proc/self/environ ]; then grep -ls ${pattern} /proc/[0-9]*/environ | cut -d/ -f3
  else ps -axEww -o pid=,command= | awk ${`/${pattern}/ { print $1 }`}; fi
}
found=$(pids); [ -z "$found" ] || kill -TERM $found 2>/dev/null
tries=0
while found=$(pids); [ -n "$found" ] && [ $tries -lt 40 ]; do
  tries=$((tries + 1)); [ $tries -le 20 ] || kill -KILL $found 2>/dev/null
  sleep 0.1
done
[ -z "$found" ]`;
}
