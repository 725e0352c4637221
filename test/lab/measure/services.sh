#!/usr/bin/env bash
# services.sh [COUNT...]: kube-proxy of the control plane in its mode of now, with 10, 100 and 1,000 Services more of the sample
# app: its rules (lines of iptables-save or nft), the processor time of a full reading of them, and how long after the API server
# has taken one more Service it is answered on that node (median and most of nine). Takes all of them away again.
set -euo pipefail; . "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- 10 100 1000
trap '"$LAB" exec cp env KUBECONFIG=/etc/kubernetes/admin.conf kubectl -n staging delete services -l hoplab-measure >/dev/null' EXIT
for count; do
  "$LAB" exec cp bash -s "$count" <<'ON_NODE'
set -euo pipefail; export KUBECONFIG=/etc/kubernetes/admin.conf
count=$1
service() { printf '{"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"staging","labels":{"hoplab-measure":"1"}},"spec":{"selector":{"app":"shortener"},"ports":[{"port":80,"targetPort":8080}]}}\n' "$1"; }
answered() { until curl -s -m 0.2 -o /dev/null "http://$1/"; do [ $SECONDS -lt 300 ] || { echo "no answer of $1" >&2; exit 1; }; sleep 0.005; done; }
address() { kubectl -n staging get service "$1" -o 'jsonpath={.spec.clusterIP}'; }
rules() {
  if [ "$mode" = iptables ]; then iptables-save -t nat | grep -c '^-A KUBE-'
  else nsenter -t "$(pidof kube-proxy | cut -d' ' -f1)" -m nft list table ip kube-proxy | grep -vcE '^\s*[{}]?\s*$'; fi
}
mode=$(curl -s http://127.0.0.1:10249/proxyMode)
for n in $(seq "$count"); do service "measure-$n"; done | kubectl apply --server-side -f - > /dev/null
SECONDS=0; answered "$(address "measure-$count")"
lines=$(rules); TIMEFORMAT=%3R; reading=$( { time rules > /dev/null; } 2>&1 )
times=$(for n in $(seq 9); do
  ip=$(service "one-more-$n" | kubectl create -f - -o 'jsonpath={.spec.clusterIP}'); from=$(date +%s%N); answered "$ip"
  echo $(( ($(date +%s%N) - from) / 1000000 )); sleep 1.5
done | sort -n)
printf '%-9s %5d Services: %6d lines, read in %s s; one more is answered after %s ms (most: %s)\n' \
  "$mode" "$count" "$lines" "$reading" "$(sed -n 5p <<< "$times")" "$(sed -n 9p <<< "$times")"
kubectl -n staging delete services -l hoplab-measure > /dev/null
ON_NODE
done
