/** What is wrong, the lines of the smallest lab file that are written otherwise, and what is said. */
export const refusedLabs: readonly (readonly [
  name: string,
  lines: Readonly<Record<number, string>>,
  problems: readonly string[],
])[] = [
  [
    'an unknown key at the top',
    { 9: 'loadbalancers: {}' },
    ['9:1 loadbalancers: There is no key "loadbalancers" here. Did you mean "loadBalancer"?'],
  ],
  [
    'an unknown key that resembles none',
    { 9: 'zebra: 1' },
    [
      '9:1 zebra: There is no key "zebra" here. Possible keys: lab, nodes, machines, lan, ssh, client, kubernetes, loadBalancer, gateway, dns, app, apps, optional, source, images, mirrors, proxy, noProxy, ca, overrides.',
    ],
  ],
  [
    'an unknown key of a node',
    { 4: '  - { name: w1, role: worker, address: 192.168.2.11, roles: x }' },
    ['4:54 nodes[1].roles: There is no key "roles" here. Did you mean "role"?'],
  ],
  [
    'an unknown key of ssh',
    { 6: 'ssh: { user: lab, prot: 22 }' },
    ['6:19 ssh.prot: There is no key "prot" here. Did you mean "port"?'],
  ],
  [
    'an unknown key of a jump host',
    { 6: 'ssh: { user: lab, jump: { address: gate, usr: x } }' },
    ['6:42 ssh.jump.usr: There is no key "usr" here. Did you mean "user"?'],
  ],
  [
    "an unknown key of a node's ssh",
    { 4: '  - { name: w1, role: worker, address: 192.168.2.11, ssh: { sudoo: password } }' },
    ['4:61 nodes[1].ssh.sudoo: There is no key "sudoo" here. Did you mean "sudo"?'],
  ],
  [
    'an unknown key of the client',
    { 9: 'client: { adress: 192.168.2.50 }' },
    ['9:11 client.adress: There is no key "adress" here. Did you mean "address"?'],
  ],
  [
    'an unknown key of kubernetes',
    { 9: 'kubernetes: { podcidr: 10.1.0.0/16 }' },
    ['9:15 kubernetes.podcidr: There is no key "podcidr" here. Did you mean "podCidr"?'],
  ],
  [
    'an unknown key of an environment',
    { 9: 'app: { environments: [ { name: a, host: b, replica: 1 } ] }' },
    ['9:44 app.environments[0].replica: There is no key "replica" here. Did you mean "replicas"?'],
  ],
  ['what a YAML merge key brings', { 9: '<<: { a: 1 }' }, ['9:7 a: There is no key "a" here. Did you mean "ca"?']],
  [
    'the key __proto__',
    { 9: '__proto__: { lab: x }' },
    [
      '9:1 __proto__: There is no key "__proto__" here. Possible keys: lab, nodes, machines, lan, ssh, client, kubernetes, loadBalancer, gateway, dns, app, apps, optional, source, images, mirrors, proxy, noProxy, ca, overrides.',
    ],
  ],
  ['a key twice', { 9: 'lab: again' }, ['9:1 lab: The key "lab" is already on line 1. Keep one of them.']],
  [
    'missing keys',
    { 1: '', 4: '  - { name: w1, role: worker }', 6: 'ssh: { port: 22 }' },
    [
      '2:1 lab: The key "lab" is missing. Add lab here.',
      '4:5 nodes[1].address: The key "address" is missing. Add address here.',
      '6:1 ssh.user: The key "user" is missing. Add user here.',
    ],
  ],
  ['a key without a value', { 6: 'ssh:' }, ['6:1 ssh: There is no value. Write a value, or remove the key.']],
  [
    'text instead of a mapping',
    { 6: 'ssh: lab' },
    ['6:6 ssh: This must be a mapping of keys to values. Write the keys below it, indented, or { key: value }.'],
  ],
  [
    'a mapping instead of a list',
    { 2: 'nodes: { a: b }', 3: '', 4: '', 5: '' },
    ['2:8 nodes: This must be a list. Begin each item with "- " on a line of its own, or write [ item, item ].'],
  ],
  [
    'no nodes',
    { 2: 'nodes: []', 3: '', 4: '', 5: '' },
    ['2:8 nodes: The lab has no nodes. Name at least one machine, with the role control-plane.'],
  ],
  [
    'a number where text is needed',
    { 1: 'lab: 12' },
    ['1:6 lab: YAML reads this as a number, but text is needed. Put it into quotes.'],
  ],
  [
    'a short version, which YAML reads as a number',
    { 9: 'kubernetes: { version: 1.37 }' },
    ['9:24 kubernetes.version: YAML reads this as a number, but text is needed. Put it into quotes.'],
  ],
  [
    'a lab name with capitals',
    { 1: 'lab: Shortener' },
    [
      '1:6 lab: "Shortener" is not a usable name for a lab. Use at most 55 lower-case letters, digits and hyphens, with a letter first: Services are named after it.',
    ],
  ],
  [
    'a lab name with shell characters',
    { 1: 'lab: "a;reboot"' },
    [
      '1:6 lab: "a;reboot" is not a usable name for a lab. Use at most 55 lower-case letters, digits and hyphens, with a letter first: Services are named after it.',
    ],
  ],
  [
    'a lab name that is too long',
    { 1: 'lab: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
    [
      '1:6 lab: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" is not a usable name for a lab. Use at most 55 lower-case letters, digits and hyphens, with a letter first: Services are named after it.',
    ],
  ],
  [
    'a lab name that makes the name of a Service too long',
    { 1: `lab: ${'a'.repeat(56)}` },
    [
      `1:6 lab: "${'a'.repeat(56)}" is not a usable name for a lab. Use at most 55 lower-case letters, digits and hyphens, with a letter first: Services are named after it.`,
    ],
  ],
  [
    'a lab name with a digit first, which no Service may have',
    { 1: 'lab: 3lab' },
    [
      '1:6 lab: "3lab" is not a usable name for a lab. Use at most 55 lower-case letters, digits and hyphens, with a letter first: Services are named after it.',
    ],
  ],
  [
    'a stated LAN that does not hold a node',
    { 5: '  - { name: k8s-worker2, role: worker, address: 192.168.3.12 }', 9: 'lan: 192.168.2.0/24' },
    [
      '5:49 nodes[2].address: 192.168.3.12 is not on the LAN 192.168.2.0/24. Put all nodes on the LAN, or state the LAN that holds them all.',
    ],
  ],
  [
    'a stated LAN with host bits',
    { 9: 'lan: 192.168.3.0/23' },
    ['9:6 lan: 192.168.3.0/23 is an address in a network. Write 192.168.2.0/23.'],
  ],
  [
    'a stated LAN that is none',
    { 9: 'lan: 192.0.0.0/8' },
    [
      '9:6 lan: 192.0.0.0/8 is no LAN that Hoplab can use. Write a network from /16 to /30, for example 192.168.2.0/23.',
    ],
  ],
  [
    'a pool outside of a stated LAN',
    { 7: 'loadBalancer: { pool: 192.168.4.1-192.168.4.9 }', 9: 'lan: 192.168.2.0/23' },
    [
      "7:23 loadBalancer.pool: The pool is not within the nodes' LAN 192.168.2.0/23. Name addresses of the LAN that no machine and no DHCP server uses.",
    ],
  ],
  [
    'a lab name with terminal escapes',
    { 1: 'lab: "\\e[2Jx"' },
    [
      '1:6 lab: "�[2Jx" is not a usable name for a lab. Use at most 55 lower-case letters, digits and hyphens, with a letter first: Services are named after it.',
    ],
  ],
  [
    'a node name with capitals',
    { 4: '  - { name: K8S-Worker1, role: worker, address: 192.168.2.11 }' },
    [
      '4:13 nodes[1].name: "K8S-Worker1" is not a node name that Kubernetes accepts. Use at most 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends.',
    ],
  ],
  [
    'a node name with an underscore',
    { 4: '  - { name: k8s_worker1, role: worker, address: 192.168.2.11 }' },
    [
      '4:13 nodes[1].name: "k8s_worker1" is not a node name that Kubernetes accepts. Use at most 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends.',
    ],
  ],
  [
    'a node name that is too long',
    {
      4: '  - { name: wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww, role: worker, address: 192.168.2.11 }',
    },
    [
      '4:13 nodes[1].name: "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww…" is not a node name that Kubernetes accepts. Use at most 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends.',
    ],
  ],
  [
    'two nodes of one name',
    { 5: '  - { name: k8s-worker1, role: worker, address: 192.168.2.12 }' },
    ['5:13 nodes[2].name: k8s-worker1 is already used by nodes[1].name. Give every node a name of its own.'],
  ],
  [
    'a node called client',
    { 4: '  - { name: client, role: worker, address: 192.168.2.11 }' },
    [
      '4:13 nodes[1].name: Hoplab calls the machine that you sit at "client". Choose another name, for example k8s-worker1.',
    ],
  ],
  [
    'a node called localhost',
    { 4: '  - { name: localhost, role: worker, address: 192.168.2.11 }' },
    [
      '4:13 nodes[1].name: On every machine localhost is the machine itself. Choose another name, for example k8s-worker1.',
    ],
  ],
  [
    'a node called like an address',
    { 4: '  - { name: 192.168.2.11, role: worker, address: 192.168.2.11 }' },
    [
      '4:13 nodes[1].name: 192.168.2.11 looks like an address, not like a name. Choose another name, for example k8s-worker1.',
    ],
  ],
  [
    'an unknown role',
    { 4: '  - { name: k8s-worker1, role: workr, address: 192.168.2.11 }' },
    ['4:32 nodes[1].role: "workr" is not one of the possible values. Did you mean worker?'],
  ],
  [
    'no control plane',
    { 3: '  - { name: k8s-master, role: worker, address: 192.168.2.10 }' },
    ['2:1 nodes: No node is the control plane. Give one node the role control-plane.'],
  ],
  [
    'two control planes',
    { 4: '  - { name: k8s-worker1, role: control-plane, address: 192.168.2.11 }' },
    [
      '4:32 nodes[1].role: There is a control plane already, and this version makes clusters with one. Make this node a worker.',
    ],
  ],
  [
    'two nodes of one address',
    { 5: '  - { name: k8s-worker2, role: worker, address: 192.168.2.11 }' },
    ['5:49 nodes[2].address: 192.168.2.11 is already used by nodes[1].address. Give every machine its own address.'],
  ],
  [
    "the client at a node's address",
    { 9: 'client: { address: 192.168.2.11 }' },
    ['9:20 client.address: 192.168.2.11 is already used by nodes[1].address. Give every machine its own address.'],
  ],
  [
    'a host name as an address',
    { 4: '  - { name: k8s-worker1, role: worker, address: worker1.local }' },
    [
      '4:49 nodes[1].address: "worker1.local" is not an IPv4 address. Write four numbers from 0 to 255, for example 192.168.2.10.',
    ],
  ],
  [
    'an IPv6 address',
    { 4: '  - { name: k8s-worker1, role: worker, address: "fe80::1" }' },
    [
      '4:49 nodes[1].address: "fe80::1" is not an IPv4 address. Write four numbers from 0 to 255, for example 192.168.2.10.',
    ],
  ],
  [
    'an address with leading zeros',
    { 4: '  - { name: k8s-worker1, role: worker, address: 192.168.002.011 }' },
    [
      '4:49 nodes[1].address: "192.168.002.011" is not an IPv4 address. Write four numbers from 0 to 255, for example 192.168.2.10.',
    ],
  ],
  [
    'the network address of the LAN',
    { 4: '  - { name: k8s-worker1, role: worker, address: 192.168.2.0 }' },
    [
      "4:49 nodes[1].address: 192.168.2.0 is the network address of the nodes' LAN 192.168.2.0/24. Write the address that the machine has on the LAN.",
    ],
  ],
  [
    'the broadcast address of the LAN',
    { 4: '  - { name: k8s-worker1, role: worker, address: 192.168.2.255 }' },
    [
      "4:49 nodes[1].address: 192.168.2.255 is the broadcast address of the nodes' LAN 192.168.2.0/24. Write the address that the machine has on the LAN.",
    ],
  ],
  [
    'a loopback address',
    { 4: '  - { name: k8s-worker1, role: worker, address: 127.0.0.1 }' },
    [
      '4:49 nodes[1].address: No machine can have the address 127.0.0.1: it is a loopback address. Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'the address 0.0.0.0',
    { 4: '  - { name: k8s-worker1, role: worker, address: 0.0.0.0 }' },
    [
      '4:49 nodes[1].address: No machine can have the address 0.0.0.0: it means "any address". Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'a multicast address',
    { 4: '  - { name: k8s-worker1, role: worker, address: 224.0.0.5 }' },
    [
      '4:49 nodes[1].address: No machine can have the address 224.0.0.5: it is a multicast address. Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'a link-local address',
    { 4: '  - { name: k8s-worker1, role: worker, address: 169.254.1.1 }' },
    [
      '4:49 nodes[1].address: No machine can have the address 169.254.1.1: it is a link-local address. Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'the broadcast address',
    { 4: '  - { name: k8s-worker1, role: worker, address: 255.255.255.255 }' },
    [
      '4:49 nodes[1].address: No machine can have the address 255.255.255.255: it is the broadcast address. Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'a reserved address',
    { 4: '  - { name: k8s-worker1, role: worker, address: 240.0.0.1 }' },
    [
      '4:49 nodes[1].address: No machine can have the address 240.0.0.1: it is reserved. Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'nodes on different LANs',
    { 4: '  - { name: k8s-worker1, role: worker, address: 192.169.2.11 }' },
    [
      '4:49 nodes[1].address: 192.169.2.11 is not on the LAN of 192.168.2.10: they differ within the first 16 bits. Put all nodes on one LAN.',
    ],
  ],
  [
    'an unusable client address',
    { 9: 'client: { address: 127.0.0.1 }' },
    [
      '9:20 client.address: No machine can have the address 127.0.0.1: it is a loopback address. Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'a misspelt client',
    { 9: 'client: this-computr' },
    [
      '9:9 client: The client must be this-computer or a machine with an address. Write client: this-computer, or client: { address: 192.168.2.50 }.',
    ],
  ],
  [
    'a user name with shell characters',
    { 6: 'ssh: { user: "lab$(id)" }' },
    [
      '6:14 ssh.user: "lab$(id)" is not a user name. Use at most 32 letters, digits, dots, hyphens and underscores, with a letter or underscore first.',
    ],
  ],
  [
    'an empty user name',
    { 6: 'ssh: { user: "" }' },
    [
      '6:14 ssh.user: A value is missing. Use at most 32 letters, digits, dots, hyphens and underscores, with a letter or underscore first.',
    ],
  ],
  [
    'a port of 0',
    { 6: 'ssh: { user: lab, port: 0 }' },
    ['6:25 ssh.port: "0" is not a port. Write a whole number from 1 to 65535, without quotes.'],
  ],
  [
    'a port as text',
    { 6: 'ssh: { user: lab, port: "22" }' },
    ['6:25 ssh.port: "22" is not a port. Write a whole number from 1 to 65535, without quotes.'],
  ],
  [
    'a port that is too high',
    { 6: 'ssh: { user: lab, port: 65536 }' },
    ['6:25 ssh.port: "65536" is not a port. Write a whole number from 1 to 65535, without quotes.'],
  ],
  [
    'a port with a fraction',
    { 6: 'ssh: { user: lab, port: 22.5 }' },
    ['6:25 ssh.port: "22.5" is not a port. Write a whole number from 1 to 65535, without quotes.'],
  ],
  [
    'a password in the lab file, which is not repeated',
    { 6: 'ssh: { user: lab, password: hunter2 }' },
    [
      '6:29 ssh.password: A password does not belong in a lab file; this must be true or false. Write true, and Hoplab asks for the password when it connects.',
    ],
  ],
  [
    'agent: yes',
    { 6: 'ssh: { user: lab, agent: yes }' },
    ['6:26 ssh.agent: This must be true or false. Write true or false, without quotes.'],
  ],
  [
    'an unknown way of sudo',
    { 6: 'ssh: { user: lab, sudo: passwordles }' },
    [
      '6:25 ssh.sudo: This must be passwordless or password. Write password, and Hoplab asks for the password of sudo when it needs it.',
    ],
  ],
  [
    'a jump host with shell characters',
    { 6: 'ssh: { user: lab, jump: { address: "gate; id" } }' },
    [
      '6:36 ssh.jump.address: "gate; id" is neither an IPv4 address nor a host name. Write for example 192.168.2.1 or jump.example.com.',
    ],
  ],
  [
    'a key with a line break',
    { 6: 'ssh: { user: lab, key: "a\\nb" }' },
    [
      '6:24 ssh.key: This is not a path. Write a path relative to the lab file, an absolute one, or one that begins with ~/.',
    ],
  ],
  [
    'a version that is not in the catalogue',
    { 9: 'kubernetes: { version: 1.37.2 }' },
    ['9:24 kubernetes.version: This Hoplab does not install Kubernetes 1.37.2. Write 1.37.1 or 1.36.4.'],
  ],
  [
    'a version with v',
    { 9: 'kubernetes: { version: v1.37.1 }' },
    [
      '9:24 kubernetes.version: "v1.37.1" is not a version of Kubernetes. Write three numbers without v, for example 1.37.1.',
    ],
  ],
  [
    'an unknown kube-proxy mode',
    { 9: 'kubernetes: { kubeProxy: nftable }' },
    ['9:26 kubernetes.kubeProxy: "nftable" is not one of the possible values. Did you mean nftables?'],
  ],
  [
    'kube-proxy in ipvs mode, which Hoplab makes no cluster with',
    { 9: 'kubernetes: { kubeProxy: ipvs }' },
    [
      '9:26 kubernetes.kubeProxy: Hoplab makes no cluster with kube-proxy in ipvs mode. Write iptables or nftables; `optional: { kubeProxyMode: ipvs }` switches the finished cluster.',
    ],
  ],
  [
    'a podCidr with host bits',
    { 9: 'kubernetes: { podCidr: 10.244.1.0/16 }' },
    ['9:24 kubernetes.podCidr: 10.244.1.0/16 is an address within a network, not a network. Write 10.244.0.0/16.'],
  ],
  [
    'a podCidr without a prefix',
    { 9: 'kubernetes: { podCidr: 10.244.0.0 }' },
    [
      '9:24 kubernetes.podCidr: "10.244.0.0" is not an IPv4 network. Write an address and a prefix length, for example 10.244.0.0/16.',
    ],
  ],
  [
    'a podCidr with room for two nodes',
    { 9: 'kubernetes: { podCidr: 10.244.0.0/23 }' },
    [
      '9:24 kubernetes.podCidr: 10.244.0.0/23 has room for 2 nodes (a /24 each), and the lab has 3. Write a larger network, 10.244.0.0/22 at least.',
    ],
  ],
  [
    'a podCidr with room for none',
    { 9: 'kubernetes: { podCidr: 10.244.0.0/25 }' },
    [
      '9:24 kubernetes.podCidr: 10.244.0.0/25 has room for 0 nodes (a /24 each), and the lab has 3. Write a larger network, 10.244.0.0/22 at least.',
    ],
  ],
  [
    'a podCidr that is too large',
    { 9: 'kubernetes: { podCidr: 16.0.0.0/7 }' },
    [
      '9:24 kubernetes.podCidr: 16.0.0.0/7 is larger than Kubernetes takes for pods (/8). Write 10.244.0.0/16, for example.',
    ],
  ],
  [
    'a reserved podCidr',
    { 9: 'kubernetes: { podCidr: 127.0.0.0/16 }' },
    [
      '9:24 kubernetes.podCidr: 127.0.0.0/16 overlaps 127.0.0.0/8, which is reserved. Write a private network, for example 10.244.0.0/16.',
    ],
  ],
  [
    'a serviceCidr that is too large',
    { 9: 'kubernetes: { serviceCidr: 172.0.0.0/11 }' },
    [
      '9:28 kubernetes.serviceCidr: 172.0.0.0/11 is larger than Kubernetes takes for Services. Write a network from /12 to /28.',
    ],
  ],
  [
    'a serviceCidr that is too small',
    { 9: 'kubernetes: { serviceCidr: 10.96.0.0/29 }' },
    [
      '9:28 kubernetes.serviceCidr: 10.96.0.0/29 is smaller than Kubernetes takes for Services. Write a network from /12 to /28.',
    ],
  ],
  [
    'overlapping podCidr and serviceCidr',
    { 9: 'kubernetes: { podCidr: 10.100.0.0/16 }' },
    [
      '9:24 kubernetes.serviceCidr: 10.96.0.0/12 overlaps podCidr 10.100.0.0/16. Write another network, for example 10.112.0.0/12.',
    ],
  ],
  [
    'a podCidr over the LAN',
    { 9: 'kubernetes: { podCidr: 192.168.0.0/16 }' },
    [
      "9:24 kubernetes.podCidr: 192.168.0.0/16 overlaps the nodes' LAN 192.168.2.0/24. Write another network, for example 10.244.0.0/16.",
    ],
  ],
  [
    'a serviceCidr over the LAN',
    { 9: 'kubernetes: { serviceCidr: 192.168.2.0/24 }' },
    [
      "9:28 kubernetes.serviceCidr: 192.168.2.0/24 overlaps the nodes' LAN 192.168.2.0/24. Write another network, for example 10.96.0.0/12.",
    ],
  ],
  [
    'a default podCidr over the LAN',
    {
      3: '  - { name: k8s-master, role: control-plane, address: 10.244.2.10 }',
      4: '  - { name: w1, role: worker, address: 10.244.2.11 }',
      5: '',
      7: 'loadBalancer: { pool: 10.244.2.200-10.244.2.210 }',
    },
    [
      "3:55 kubernetes.podCidr: 10.244.0.0/16 overlaps the nodes' LAN 10.244.2.0/24. Write another network, for example 10.200.0.0/16.",
    ],
  ],
  [
    'a serviceCidr over the client',
    { 9: 'client: { address: 10.96.7.7 }' },
    [
      "9:20 kubernetes.serviceCidr: 10.96.0.0/12 holds the client's address 10.96.7.7. Write another network, for example 10.112.0.0/12.",
    ],
  ],
  [
    'a reversed pool',
    { 7: 'loadBalancer: { pool: 192.168.2.250-192.168.2.200 }' },
    ['7:23 loadBalancer.pool: The range ends before it begins. Write 192.168.2.200-192.168.2.250.'],
  ],
  [
    'a pool that is no range',
    { 7: 'loadBalancer: { pool: 192.168.2.200 - 192.168.2.250 }' },
    [
      '7:23 loadBalancer.pool: "192.168.2.200 - 192.168.2.250" is not a range of IPv4 addresses. Write FIRST-LAST without spaces, for example 192.168.2.200-192.168.2.250, or a network such as 192.168.2.192/27.',
    ],
  ],
  [
    'a pool outside the LAN',
    { 7: 'loadBalancer: { pool: 192.168.3.200-192.168.3.250 }' },
    [
      "7:23 loadBalancer.pool: The pool is not within the nodes' LAN 192.168.2.0/24. Name addresses of the LAN that no machine and no DHCP server uses.",
    ],
  ],
  [
    'a pool outside a LAN that had to be guessed',
    {
      4: '  - { name: w1, role: worker, address: 192.168.5.11 }',
      7: 'loadBalancer: { pool: 192.168.9.200-192.168.9.250 }',
    },
    [
      '7:23 loadBalancer.pool: The pool is not within 192.168.0.0/21, the smallest network that holds all nodes. Name addresses of the LAN that no machine and no DHCP server uses.',
    ],
  ],
  [
    'a pool larger than the LAN',
    { 7: 'loadBalancer: { pool: 192.168.0.0/16 }' },
    [
      '7:23 loadBalancer.pool: The pool holds 192.168.2.10, 192.168.2.11, 192.168.2.12, which belong to machines of the lab. Name addresses of the LAN that no machine and no DHCP server uses.',
      "7:23 loadBalancer.pool: The pool is not within the nodes' LAN 192.168.2.0/24. Name addresses of the LAN that no machine and no DHCP server uses.",
    ],
  ],
  [
    'a pool within podCidr',
    { 7: 'loadBalancer: { pool: 10.244.0.0/24 }' },
    [
      "7:23 loadBalancer.pool: The pool is not within the nodes' LAN 192.168.2.0/24. Name addresses of the LAN that no machine and no DHCP server uses.",
      '7:23 loadBalancer.pool: The pool overlaps podCidr 10.244.0.0/16. Name addresses of the LAN that no machine and no DHCP server uses.',
    ],
  ],
  [
    'a pool with host bits',
    { 7: 'loadBalancer: { pool: 192.168.2.200/28 }' },
    ['7:23 loadBalancer.pool: 192.168.2.200/28 is an address within a network, not a network. Write 192.168.2.192/28.'],
  ],
  [
    'a pool with a node and the client in it',
    { 7: 'loadBalancer: { pool: 192.168.2.12-192.168.2.60 }', 9: 'client: { address: 192.168.2.50 }' },
    [
      '7:23 loadBalancer.pool: The pool holds 192.168.2.12, 192.168.2.50, which belong to machines of the lab. Name addresses of the LAN that no machine and no DHCP server uses.',
    ],
  ],
  [
    'a pool with the broadcast address',
    { 7: 'loadBalancer: { pool: 192.168.2.240/28 }' },
    [
      "7:23 loadBalancer.pool: The pool holds 192.168.2.255, the broadcast address of the nodes' LAN 192.168.2.0/24. Leave it out.",
    ],
  ],
  [
    'a VIP outside the pool',
    { 7: 'loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 192.168.2.199 }' },
    [
      '7:57 loadBalancer.vip: 192.168.2.199 is not in the pool 192.168.2.200-192.168.2.250. Write an address of the pool, or remove vip to get the first.',
    ],
  ],
  [
    "a VIP that is a node's address",
    { 7: 'loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 192.168.2.11 }' },
    [
      '7:57 loadBalancer.vip: 192.168.2.11 belongs to a machine of the lab. Write an address of the pool, or remove vip to get the first.',
    ],
  ],
  [
    "a VIP that is the client's address",
    {
      7: 'loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 192.168.2.50 }',
      9: 'client: { address: 192.168.2.50 }',
    },
    [
      '7:57 loadBalancer.vip: 192.168.2.50 belongs to a machine of the lab. Write an address of the pool, or remove vip to get the first.',
    ],
  ],
  [
    'a VIP outside the LAN, without a readable pool',
    { 7: 'loadBalancer: { pool: free, vip: 10.0.0.1 }' },
    [
      '7:23 loadBalancer.pool: "free" is not a range of IPv4 addresses. Write FIRST-LAST without spaces, for example 192.168.2.200-192.168.2.250, or a network such as 192.168.2.192/27.',
      "7:34 loadBalancer.vip: 10.0.0.1 is not within the nodes' LAN 192.168.2.0/24. Write an address of the pool, or remove vip to get the first.",
    ],
  ],
  [
    'a loopback VIP',
    { 7: 'loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 127.0.0.1 }' },
    [
      '7:57 loadBalancer.vip: No machine can have the address 127.0.0.1: it is a loopback address. Write the address that the machine has on the LAN.',
    ],
  ],
  [
    'a gateway name that begins with a digit',
    { 9: 'gateway: { name: 1st }' },
    [
      '9:18 gateway.name: "1st" is not a usable name for the Gateway. Use at most 57 lower-case letters, digits and hyphens, with a letter first: a Service is named after it.',
    ],
  ],
  [
    'a gateway name that is too long',
    { 9: 'gateway: { name: gggggggggggggggggggggggggggggggggggggggggggggggggggggggggg }' },
    [
      '9:18 gateway.name: "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggg" is not a usable name for the Gateway. Use at most 57 lower-case letters, digits and hyphens, with a letter first: a Service is named after it.',
    ],
  ],
  [
    'the zone local',
    { 9: 'dns: { zone: local }' },
    [
      '9:14 dns.zone: The zone local cannot be used: local as a whole belongs to mDNS (Bonjour). Choose a zone of at least two labels, for example k8s.local.',
    ],
  ],
  [
    'the zone cluster.local',
    { 9: 'dns: { zone: cluster.local }' },
    [
      '9:14 dns.zone: The zone cluster.local cannot be used: cluster.local belongs to the cluster itself. Choose a zone of at least two labels, for example k8s.local.',
    ],
  ],
  [
    'a zone below cluster.local',
    { 9: 'dns: { zone: svc.cluster.local }' },
    [
      '9:14 dns.zone: The zone svc.cluster.local cannot be used: cluster.local belongs to the cluster itself. Choose a zone of at least two labels, for example k8s.local.',
    ],
  ],
  [
    'the zone localhost',
    { 9: 'dns: { zone: localhost }' },
    [
      '9:14 dns.zone: The zone localhost cannot be used: localhost always means the computer itself. Choose a zone of at least two labels, for example k8s.local.',
    ],
  ],
  [
    'a reverse zone',
    { 9: 'dns: { zone: 2.168.192.in-addr.arpa }' },
    [
      '9:14 dns.zone: The zone 2.168.192.in-addr.arpa cannot be used: in-addr.arpa is for looking up addresses. Choose a zone of at least two labels, for example k8s.local.',
    ],
  ],
  [
    'a zone below invalid',
    { 9: 'dns: { zone: lab.invalid }' },
    [
      '9:14 dns.zone: The zone lab.invalid cannot be used: invalid is never asked for by resolvers (RFC 6761). Choose a zone of at least two labels, for example k8s.local.',
    ],
  ],
  [
    'a zone of one label',
    { 9: 'dns: { zone: lab }' },
    [
      '9:14 dns.zone: Resolvers do not look up "lab" in DNS as they do longer names. Choose a zone of at least two labels, for example k8s.local.',
    ],
  ],
  [
    'a zone that is not DNS',
    { 9: 'dns: { zone: -k8s.local }' },
    [
      '9:14 dns.zone: "-k8s.local" is not a DNS zone. Use lower-case letters, digits and hyphens, in parts separated by dots, each part at most 63 long.',
    ],
  ],
  [
    'a zone with a final dot',
    { 9: 'dns: { zone: k8s.local. }' },
    [
      '9:14 dns.zone: "k8s.local." is not a DNS zone. Use lower-case letters, digits and hyphens, in parts separated by dots, each part at most 63 long.',
    ],
  ],
  [
    'a DNS node port outside the range',
    { 9: 'dns: { nodePort: 53 }' },
    [
      '9:18 dns.nodePort: "53" is not a port that Kubernetes gives to a NodePort. Write a whole number from 30000 to 32767, without quotes.',
    ],
  ],
  [
    'an app node port outside the range',
    { 9: 'app: { nodePort: 32768 }' },
    [
      '9:18 app.nodePort: "32768" is not a port that Kubernetes gives to a NodePort. Write a whole number from 30000 to 32767, without quotes.',
    ],
  ],
  [
    'two equal node ports',
    { 9: 'dns: { nodePort: 30080 }' },
    ['9:18 app.nodePort: 30080 is already dns.nodePort. Choose another port from 30000 to 32767.'],
  ],
  [
    'a broken image reference',
    { 9: 'app: { image: "Agnhost:2.56; id" }' },
    [
      '9:15 app.image: "Agnhost:2.56; id" is not an image reference. Write REGISTRY/NAME:TAG, for example registry.k8s.io/e2e-test-images/agnhost:2.56.',
    ],
  ],
  [
    'an argument that is a number',
    { 9: 'app: { args: [ serve, 8080 ] }' },
    ['9:23 app.args[1]: YAML reads this as a number, but text is needed. Put it into quotes.'],
  ],
  [
    'an app port of 70000',
    { 9: 'app: { port: 70000 }' },
    ['9:14 app.port: "70000" is not a port. Write a whole number from 1 to 65535, without quotes.'],
  ],
  [
    'no environments',
    { 9: 'app: { environments: [] }' },
    [
      '9:22 app.environments: The app has no environments. Name at least one, or remove the key to get staging and prod.',
    ],
  ],
  [
    'no replicas',
    { 9: 'app: { environments: [ { name: a, host: b, replicas: 0 } ] }' },
    [
      '9:54 app.environments[0].replicas: "0" is not a usable number of pods. Write a whole number from 1 to 100, without quotes.',
    ],
  ],
  [
    'an environment name with a dot',
    { 9: 'app: { environments: [ { name: a.b, host: b } ] }' },
    [
      '9:32 app.environments[0].name: "a.b" is not a name that Kubernetes accepts. Use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.',
    ],
  ],
  [
    'an environment called default',
    { 9: 'app: { environments: [ { name: default, host: b } ] }' },
    [
      '9:32 app.environments[0].name: default is a namespace of the system, and an environment needs its own. Choose another name, for example staging.',
    ],
  ],
  [
    'an environment called kube-system',
    { 9: 'app: { environments: [ { name: kube-system, host: b } ] }' },
    [
      '9:32 app.environments[0].name: kube-system is a namespace of the system, and an environment needs its own. Choose another name, for example staging.',
    ],
  ],
  [
    'an environment called metallb-system',
    { 9: 'app: { environments: [ { name: metallb-system, host: b } ] }' },
    [
      '9:32 app.environments[0].name: metallb-system is a namespace of the system, and an environment needs its own. Choose another name, for example staging.',
    ],
  ],
  [
    'an environment called nginx-gateway',
    { 9: 'app: { environments: [ { name: nginx-gateway, host: b } ] }' },
    [
      '9:32 app.environments[0].name: nginx-gateway is a namespace of the system, and an environment needs its own. Choose another name, for example staging.',
    ],
  ],
  [
    'an environment called hoplab',
    { 9: 'app: { environments: [ { name: hoplab, host: b } ] }' },
    [
      '9:32 app.environments[0].name: hoplab is a namespace of the system, and an environment needs its own. Choose another name, for example staging.',
    ],
  ],
  [
    'two environments of one name',
    { 9: 'app: { environments: [ { name: a, host: b }, { name: a, host: c } ] }' },
    [
      '9:54 app.environments[1].name: a is already used by app.environments[0].name. Give every environment a name of its own.',
    ],
  ],
  [
    'two environments of one host',
    { 9: 'app: { environments: [ { name: a, host: b }, { name: c, host: b } ] }' },
    [
      '9:63 app.environments[1].host: b is already used by app.environments[0].host. Give every environment a host of its own.',
    ],
  ],
  [
    'a host with an underscore',
    { 9: 'app: { environments: [ { name: a, host: url_shortener } ] }' },
    [
      '9:41 app.environments[0].host: "url_shortener" is not a host name. Use lower-case letters, digits and hyphens, in parts separated by dots, each part at most 63 long.',
    ],
  ],
  [
    'a host that ends in the zone',
    { 9: 'app: { environments: [ { name: a, host: app.staging.k8s.local } ] }' },
    [
      '9:41 app.environments[0].host: The zone k8s.local is added to the host, so it would be there twice. Write app.staging.',
    ],
  ],
  [
    'a host that is the zone',
    { 9: 'app: { environments: [ { name: a, host: k8s.local } ] }' },
    [
      '9:41 app.environments[0].host: The zone k8s.local is added to the host, so it would be there twice. Write the part before the zone.',
    ],
  ],
  [
    'a host too long with its zone',
    {
      9: 'app: { environments: [ { name: a, host: hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh.hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh.hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh } ] }',
      10: 'dns: { zone: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz }',
    },
    [
      '9:41 app.environments[0].host: Host and zone together are 284 characters long, and DNS takes 253. Shorten the host.',
    ],
  ],
  [
    'a source that is a path',
    { 8: 'source: ./bundle' },
    ['8:9 source: The source must be online or a bundle. Write source: online, or source: { bundle: FOLDER_OR_FILE }.'],
  ],
  [
    'a mirror that is no address',
    { 8: 'mirrors: mirror.lan' },
    [
      '8:10 mirrors: "mirror.lan" is not the address of a mirror. Write mirrors: https://MIRROR, or mirrors: { dl.k8s.io: https://MIRROR/PATH }; without user and password.',
    ],
  ],
  [
    'a mirror with a password',
    { 8: 'mirrors: { ghcr.io: "https://me:secret@mirror.lan" }' },
    [
      '8:21 mirrors.ghcr.io: A password does not belong in a lab file. Remove the mirror here and set HOPLAB_MIRROR=https://USER:PASSWORD@HOST in the environment.',
    ],
  ],
  [
    'mirrors that are a list',
    { 8: 'mirrors: [a]' },
    [
      '8:10 mirrors: The mirrors must be one address, or an address for each host. Write mirrors: https://MIRROR, or mirrors: { dl.k8s.io: https://MIRROR/PATH }; without user and password.',
    ],
  ],
  [
    'a proxy with a password',
    { 8: 'proxy: http://me:secret@proxy:3128' },
    [
      '8:8 proxy: A password does not belong in a lab file. Remove the proxy here and set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT in the environment.',
    ],
  ],
  [
    'a proxy that is no address',
    { 8: 'proxy: socks5://proxy' },
    ['8:8 proxy: "socks5://proxy" is not the address of a proxy. Write it as http://HOST:PORT.'],
  ],
  [
    'a mirror that is empty, or for all other hosts',
    { 8: 'mirrors: { ghcr.io: "", "*": "https://mirror.lan" }' },
    [
      '8:21 mirrors.ghcr.io: A value is missing. Write mirrors: https://MIRROR, or mirrors: { dl.k8s.io: https://MIRROR/PATH }; without user and password.',
      '8:30 mirrors.*: The mirrors must be one address, or an address for each host. Write mirrors: https://MIRROR, or mirrors: { dl.k8s.io: https://MIRROR/PATH }; without user and password.',
    ],
  ],
  [
    'exceptions of a proxy that are an address, or a text with several',
    { 8: 'noProxy: [http://a, "b,c"]' },
    [
      '8:11 noProxy[0]: "http://a" names no host and no network. Write HOST, HOST:PORT, a network such as 10.0.0.0/8, or "*" for everything.',
      '8:21 noProxy[1]: "b,c" names no host and no network. Write HOST, HOST:PORT, a network such as 10.0.0.0/8, or "*" for everything.',
    ],
  ],
  [
    'exceptions of a proxy that are no list',
    { 8: 'noProxy: a' },
    ['8:10 noProxy: This must be a list. Begin each item with "- " on a line of its own, or write [ item, item ].'],
  ],
];
