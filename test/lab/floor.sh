#!/usr/bin/env bash
# floor.sh - the yardstick: the fastest bring-up a careful person would write by hand, against the bare nodes
# of `lab up` (or `lab reset`), over SSH only, from the client, with nothing but the bundle. It prints
# cumulative seconds. A product that does the same is measured against it.
#   PROXY_MODE=iptables|nftables (default iptables)
set -euo pipefail
HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd); LAB=$HERE/lab; D=$HERE/demo
INFO=$("$LAB" info --json)
get() { python3 -c 'import json,sys; d=json.loads(sys.argv[1]); print(eval(sys.argv[2]))' "$INFO" "$1"; }
B=$(get 'd["bundle"]'); BIN=${B%/*}/bin; SSHCFG=$(get 'd["ssh"]["config"]'); OVR=$(get 'd["overrides"]'); K8S=$(get 'd["kubernetes"]')
NODES=$(get '" ".join(n["name"] for n in d["nodes"])'); WORKERS=${NODES#cp}; WORKERS=${WORKERS# }
HOSTS=$(get '"\n".join(n["address"]+" "+n["hostname"] for n in d["nodes"])')
declare -A IP; for n in $NODES; do IP[$n]=$(get "[n['address'] for n in d['nodes'] if n['name']=='$n'][0]"); done
T0=$(date +%s.%N); el() { awk -v a="$T0" -v b="$(date +%s.%N)" -v s="$*" 'BEGIN{printf "%6.1fs %s\n", b-a, s}'; }
MUX=$(mktemp -d); C=("$LAB" client)
trap 'for n in $NODES; do "${C[@]}" ssh -F "$SSHCFG" -o ControlPath="$MUX/$n" -O exit "$n" 2>/dev/null || true; done; rm -rf "$MUX"' EXIT
# aes128-gcm: hardware AES, the cheapest cipher for the upload
for n in $NODES; do "${C[@]}" ssh -F "$SSHCFG" -fNM -c aes128-gcm@openssh.com -o ControlPath="$MUX/$n" "$n"; done
R() { local n=$1; shift; "${C[@]}" ssh -F "$SSHCFG" -o ControlPath="$MUX/$n" "$n" "$@"; }
kc() { R cp KUBECONFIG=/etc/kubernetes/admin.conf kubectl "$@"; }
el ssh

# containerd's CRI side learns of an imported image only by an event, AFTER `ctr import` has returned: a kubeadm
# init at once finds an image missing and tries to pull it. So wait until all carry the CRI's label.
IMPORT='ctr -n k8s.io images import - >/dev/null 2>&1
  for i in $(seq 100); do ctr -n k8s.io images ls 2>/dev/null | grep -v ^sha256: | tail -n +2 | grep -qv io.cri-containerd.image=managed || break; sleep 0.1; done'
images() { tar -C "$B" --transform 's,^floor/.*\.json$,index.json,' -cf - -T "$B/floor/$1.list"; } # ROLE
prepare() { # binaries, runtime, images; images go from the socket straight into containerd
  local n=$1
  tar -C "$BIN" --transform 's,^,bin/,;s,^bin/cni-,cni/,' -cf - kubeadm kubelet kubectl containerd containerd-shim-runc-v2 ctr runc cni-{bridge,loopback,host-local,portmap} \
    -C "$D" --transform 's,^bin/\(.*\.\(service\|toml\)\)$,\1,' kubelet.service containerd.service containerd.toml | R "$n" '
    set -e; mkdir -p /opt/cni/bin /root/b; tar -C /root/b --no-same-owner -xf -; cd /root/b
    install bin/* /usr/bin/; install cni/* /opt/cni/bin/; cp containerd.toml /etc/containerd/config.toml; cp *.service /etc/systemd/system/
    printf "%s\n" "net.ipv4.ip_forward = 1" > /etc/sysctl.d/90-k8s.conf; sysctl -qp /etc/sysctl.d/90-k8s.conf
    echo "'"$HOSTS"'" >> /etc/hosts
    systemctl daemon-reload; systemctl enable -q --now containerd; systemctl enable -q kubelet; rm -rf /root/b'
  el "  $n: binaries"
  local a=worker; [ "$n" = cp ] && a=control-plane
  images "$a" | R "$n" "$IMPORT"
  el "  $n: images"
}
kubeadm_config() { cat <<Y
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens: [{token: abcdef.0123456789abcdef}]
localAPIEndpoint: {advertiseAddress: ${IP[cp]}}
nodeRegistration: {name: k8s-master, kubeletExtraArgs: [{name: node-ip, value: ${IP[cp]}}]}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: $K8S
controlPlaneEndpoint: ${IP[cp]}:6443
networking: {podSubnet: 10.244.0.0/16}
---
Y
# the overrides' Init- and JoinConfiguration only say what --ignore-preflight-errors says below; kubeadm takes one of a kind
awk -v RS='---\n' '!/\nkind: (Init|Join)Configuration\n/ {printf "%s%s", sep, $0; sep = "---\n"}' "$OVR" | sed "s/^kind: KubeProxyConfiguration/&\nmode: ${PROXY_MODE:-iptables}/"; }
cp_up() {
  prepare cp
  kubeadm_config | R cp 'cat > /root/kubeadm.yaml; kubeadm init --config /root/kubeadm.yaml --ignore-preflight-errors=SystemVerification > /root/init.log 2>&1' || { R cp 'tail -20 /root/init.log' >&2; exit 1; }
  el "  cp: kubeadm init"
  [ "$NODES" = cp ] && { images worker | R cp "$IMPORT"; kc taint node k8s-master node-role.kubernetes.io/control-plane- >/dev/null; }
  # flannel at once; CRDs and DNS while the workers join
  kc apply --server-side -f - < "$B/floor/kube-flannel.yaml" >/dev/null
  el "  cp: flannel applied"
  for f in "$B"/floor/{gateway-api-standard,ngf-crds}.yaml "$D/dns.yaml"; do cat "$f"; echo ---; done | kc apply --server-side -f - >/dev/null
  R cp 'export KUBECONFIG=/etc/kubernetes/admin.conf; { kubectl -n kube-system get cm coredns -o jsonpath="{.data.Corefile}"; echo; cat; } > /root/Corefile
    kubectl -n kube-system create cm coredns --from-file=Corefile=/root/Corefile --dry-run=client -o yaml | kubectl apply --server-side --force-conflicts -f - >/dev/null' < "$D/zone.corefile"
  el "  cp: CRDs, dns applied"
}
join() {
  printf 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ndiscovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: "%s:6443", unsafeSkipCAVerification: true}}\nnodeRegistration: {kubeletExtraArgs: [{name: node-ip, value: %s}]}\n' "${IP[cp]}" "${IP[$1]}" |
    R "$1" 'cat > /root/join.yaml; kubeadm join --config /root/join.yaml --ignore-preflight-errors=SystemVerification > /root/join.log 2>&1' || { R "$1" 'tail -20 /root/join.log' >&2; exit 1; }
  el "  $1: joined"
}
worker_up() { prepare "$1"; while [ ! -e "$MUX/init" ]; do sleep 0.1; done; join "$1"; }

# the workers prepare while the control plane comes up; all branches must succeed
J=(); cp_up & J+=($!)
( until R cp 'grep -q "initialized successfully" /root/init.log' 2>/dev/null; do sleep 0.3; done; touch "$MUX/init" ) & J+=($!)
for n in $WORKERS; do worker_up "$n" & J+=($!); done
for j in "${J[@]}"; do wait "$j" || { kill "${J[@]}" 2>/dev/null; echo "floor: a branch failed" >&2; exit 1; }; done
# Workloads only now. Flannel's init container makes a node Ready before flanneld has written subnet.env: pods
# that are scheduled in between fail their sandbox and wait ~12 s for the retry, and all land on the first node.
for n in $NODES; do R "$n" 'until [ -e /run/flannel/subnet.env ]; do sleep 0.1; done'; done
kc wait --for=condition=Ready node --all --timeout=60s >/dev/null
el "nodes ready"
# readiness probes of 10 s granularity only delay a lab: first look after 1 s, then every second (liveness stays)
fast_ready() { awk '/readinessProbe:/{r=index($0,"r"); print; next} r&&match($0,/[^ ]/)<=r{r=0} r{sub(/initialDelaySeconds: [0-9]+/,"initialDelaySeconds: 1"); sub(/periodSeconds: [0-9]+/,"periodSeconds: 1")} 1'; }
# MetalLB's controller makes the secret that its speakers mount; made beforehand they need no mount retry
{ printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: metallb-system}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: memberlist, namespace: metallb-system}\nstringData: {secretkey: %s}\n---\n' "$(head -c 96 /dev/urandom | base64 -w0)"
  for f in "$B"/floor/{metallb-native,ngf-deploy}.yaml "$D/app.yaml" "$D/gateway.yaml"; do cat "$f"; echo ---; done
} | fast_ready | kc apply --server-side -f - >/dev/null
el "workloads applied"
# The webhook's certificate is written by the controller itself into the secret that it mounts, and the kubelet refreshes a
# mounted secret only when it syncs the pod: at its next readiness change or after 60-90 s. Any change of the pod syncs it.
until [[ "$(kc -n metallb-system get secret metallb-webhook-cert -o "jsonpath={.data}" 2>/dev/null)" == *tls.crt* ]]; do sleep 0.1; done
kc -n metallb-system annotate pod -l component=controller lab/sync=1 >/dev/null
el "  webhook certificate"
until kc apply --server-side -f - < "$D/pool.yaml" >/dev/null 2>&1; do sleep 0.2; done          # MetalLB's webhook has to be up
el "address pool"
H=url-shortener.staging.k8s.local
until "${C[@]}" curl -fs -m1 "http://${IP[cp]}:30080/hostname" >/dev/null; do sleep 0.1; done; el "NodePort answers"
until "${C[@]}" curl -fs -m1 http://192.168.2.200/hostname >/dev/null; do sleep 0.1; done; el "VIP answers"
until [ "$("${C[@]}" dig +short +time=1 +tries=1 @"${IP[cp]}" -p 30053 $H)" = 192.168.2.201 ]; do sleep 0.1; done; el "DNS answers"
until "${C[@]}" curl -fs -m1 --resolve $H:80:192.168.2.201 http://$H/hostname >/dev/null; do sleep 0.1; done; el "application by name through the gateway"
