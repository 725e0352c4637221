import { embed, sh, type ShellCommand } from '../../machines/command.ts';
import type { KubeProxyMode } from '../../contract/service-rules.ts';
import { nft, type NftText } from './nft-text.ts';
import type { TraceRules } from './trace-rules.ts';

/** Seconds after which a node takes the rules away by itself, whatever became of Hoplab. */
const LIFETIME = 30;

/** What a request carries, so that its packets are known over whichever connection they go. `id` is the trace's. */
export function markOf(id: string): string {
  return `hoplab-${id}`;
}

/** What the command prints when it listens; else this, and why it cannot. */
export const READY = 'hoplab-ready';
export const BLIND = 'hoplab-blind';
/** What it prints at its end when it has listened until then; else this, and what did not. */
export const WATCHED = 'hoplab-watched';
export const ENDED = 'hoplab-ended';
/** Or this, where the kernel told more than they have read. */
export const UNREAD = 'hoplab-unread';
/** What it prints before when it cannot look for the mark; then the word of iptables, where it has one. */
export const UNMARKED = 'hoplab-unmarked';

interface Tracing {
  /** Letters and digits: the name of the table ends with it. */
  readonly id: string;
  readonly mode: KubeProxyMode | undefined;
  readonly rules: TraceRules;
}

/**
 * One command that traces on a node, as root, until a line or the end comes on its standard input. It prints what `nft
 * monitor trace` says, unchanged, and what `conntrack` says on standard error: nft writes lines in pieces. Its table is named
 * `hoplab_trace_END_ID`, END in seconds since 1970 by the node's clock. The table goes when the command ends, however it
 * ends; a timer of systemd takes it after END; and each run takes those of others whose END has passed.
 *
 * Behind masquerade and NGINX, where others ask as well, the request is found by its mark: a rule of iptables-nft looks for it
 * in all packets to the ports of the endpoints, for nft cannot search. It has the name of the table as its comment, and goes
 * as the table does.
 *
 * While kube-proxy works with nftables its own nft is used: that of Debian 12 crashes (measured on the lab). `nft` says
 * nothing when it has begun to listen, so its membership of the group NFNLGRP_NFTRACE is looked up: /proc/net/netlink.
 */
export function traceCommand({ id, mode, rules }: Tracing): ShellCommand {
  const ports = `[sd]port=(${rules.ports.join('|')}) `;
  return sh`proxy=$(pidof kube-proxy | cut -d' ' -f1)
mode=${mode ?? 'unknown'}
if [ "$mode" = nftables ] || ! command -v nft > /dev/null; then nft="nsenter -t $proxy -m nft"; else nft=nft; fi
now=$(date +%s); end=$((now + ${LIFETIME})); table=hoplab_trace_"$end"_${id}
case $(iptables -V 2> /dev/null) in *nf_tables*) marks=yes ;; *) marks='' ;; esac
removal() {
  echo "$nft delete table ip $1"
  [ -z "$marks" ] || echo "iptables -w 2 -t raw -S PREROUTING | sed -n '/$1/s/^-A/-D/p' | xargs -r -L 1 iptables -w 2 -t raw"
}
{ $nft list tables ip; [ -z "$marks" ] || iptables -w 2 -t raw -S PREROUTING; } 2> /dev/null | grep -o 'hoplab_trace_[0-9]*_[0-9a-z]*' | sort -u | while read -r old; do
  [ "$(echo "$old" | cut -d_ -f3)" -gt "$now" ] || sh -c "$(removal "$old")" 2> /dev/null
done
tracer='' tracker=''
finish() {
  trap - EXIT HUP INT TERM PIPE
  sh -c "$(removal "$table")" 2> /dev/null
  [ -z "$tracer" ] || kill "$tracer" 2> /dev/null
  [ -z "$tracker" ] || kill "$tracker" 2> /dev/null
  systemctl stop hoplab-trace-${id}.timer 2> /dev/null
  exit 0
}
trap finish EXIT HUP INT TERM PIPE
systemd-run --quiet --collect --unit=hoplab-trace-${id} --on-active=${LIFETIME} sh -c "$(removal "$table")" 2> /dev/null ||
  { setsid sh -c "sleep ${LIFETIME}; $(removal "$table")" < /dev/null > /dev/null 2>&1 & }
${embed(findMark(rules, id))}
problem=$(printf %s ${tableText(rules)} | sed "s/@TABLE@/$table/" | $nft -f - 2>&1) || { echo ${BLIND} "$problem"; exit 0; }
conntrack -E -e NEW -o timestamp,extended >&2 2> /dev/null & tracker=$!
$nft monitor trace 2> /dev/null & tracer=$!
tries=0
until grep -Eq '^[0-9a-f]+ +12 +[0-9]+ +[0-9a-f]*[13579bdf][0-9a-f]{2} ' /proc/net/netlink; do
  tries=$((tries + 1))
  if [ $tries -gt 60 ] || ! kill -0 "$tracer" 2> /dev/null; then echo ${BLIND} nft monitor trace does not run; break; fi
  sleep 0.05
done
echo ${READY}
timeout ${LIFETIME} head -n 1 > /dev/null
${embed(DRAIN)}
ended=
kill -0 "$tracer" 2> /dev/null || ended='nft monitor trace'
kill -0 "$tracker" 2> /dev/null || ended="\${ended:+$ended, }conntrack"
conntrack -L -o extended,id 2> /dev/null | grep -E ${ports} >&2
if [ -n "$ended" ]; then echo ${ENDED} "$ended"; elif [ "$lost" -gt 0 ] || [ $calm -lt 2 ]; then echo ${UNREAD}; else echo ${WATCHED}; fi
finish`;
}

/**
 * Waits until both programs sleep and the kernel has nothing more for them: on a busy node they are late. Three seconds at
 * most; `$calm` is 2 then, or they are not done. Their sockets are in /proc/net/netlink, with the bytes that wait there and
 * the messages that were lost.
 */
const DRAIN = sh`
  sleep 0.1
  sockets=" $(readlink "/proc/$tracer/fd/"* "/proc/$tracker/fd/"* | sed -n 's/^socket:\\[\\([0-9]*\\)\\]$/\\1/p' | tr '\\n' ' ')"
  tries=0 calm=0
  while [ $calm -lt 2 ] && [ $tries -lt 60 ]; do
    sleep 0.05
    tries=$((tries + 1)) waiting=0 lost=0
    while read -r _ _ _ _ bytes _ _ _ drops inode _; do
      case "$sockets" in *" $inode "*) waiting=$((waiting + bytes)) lost=$((lost + drops)) ;; esac
    done < /proc/net/netlink
    case "$waiting$(cut -d ' ' -f 3 "/proc/$tracer/stat" "/proc/$tracker/stat" 2> /dev/null | tr -d '\\n')" in
      0SS | 0S | 0) calm=$((calm + 1)) ;;
      *) calm=0 ;;
    esac
  done`;

/** The packets that carry the mark. */
function findMark({ marked }: TraceRules, id: string): ShellCommand {
  if (marked.length === 0) return sh`:`;
  return sh`
    mark() {
      iptables -w 2 -t raw -I PREROUTING -p tcp -m multiport --dports ${marked.join(',')} -m string --algo bm --string ${markOf(id)} -m comment --comment "$table" -j TRACE 2>&1
    }
    tries=0 said=''
    until [ -n "$marks" ] && said=$(mark); do
      tries=$((tries + 1))
      if [ -z "$marks" ] || [ $tries -ge 5 ]; then echo ${UNMARKED} "$(printf %s "$said" | tr '\\n' ' ')"; break; fi
      sleep 0.1
    done`;
}

/** First of all chains that see a packet, so that every other one is told of. */
function tableText({ matches }: TraceRules): NftText {
  const rules = matches.map((text) => nft`    ${{ text }} comment "hoplab: trace of one request, goes by itself"`);
  return [
    nft`table ip @TABLE@ {`,
    nft`  chain before {`,
    nft`    type filter hook prerouting priority -350; policy accept;`,
    ...rules,
    nft`  }`,
    nft`}`,
    nft``,
  ].join('\n') as NftText;
}
