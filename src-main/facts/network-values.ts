import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/*
 * The values of which a machine's answers about its network are made. They go on into commands, rules and patches of others, so that
 * every parser takes them through these, and an answer with anything else in their place is not understood.
 */

export const ipv4Address = z.string().refine(isIPv4, 'no IPv4 address');

/** IPv4 or IPv6. */
export const ipAddress = z.string().refine((text) => isIP(text) !== 0, 'no IP address');

/** `10.244.0.0/16`, `fd00::/64`. */
export const cidr = z.string().refine((text) => ipaddr.isValidCIDR(text), 'no network');

/** Where a route leads: `default`, a network, or one address. */
export const routeDestination = z.union([z.literal('default'), cidr, ipAddress], 'no destination of a route');

/** `52:54:00:a8:02:0c`, as a bridge and Ethernet know it. */
export const macAddress = z
  .string()
  .regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i, 'no MAC address')
  .toLowerCase();

/** The hardware address of an interface: of a tunnel it may be an IP address, of Infiniband 20 bytes; empty where it has none. */
export const hardwareAddress = z
  .string()
  .refine((text) => text === '' || isIP(text) !== 0 || OCTETS.test(text), 'no hardware address');

const OCTETS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){0,31}$/i;

/** Name of a network interface. The kernel takes stranger ones; those are none that a person gives. */
export const deviceName = z
  .string()
  .regex(/^[\p{L}\p{N}_.@+-]{1,15}$/u, 'no name of an interface')
  .refine((text) => text !== '.' && text !== '..', 'no name of an interface');

export const port = z.number().int().min(0).max(65_535);

/** A port in a text. */
export const portText = z
  .string()
  .regex(/^\d{1,5}$/, 'no port')
  .transform(Number)
  .pipe(port);

/** `10.244.1.3:8080` */
export const ipv4Endpoint = z.string().refine((text) => {
  const [address = '', number = '', ...more] = text.split(':');
  return more.length === 0 && isIPv4(address) && portText.safeParse(number).success;
}, 'no address with a port');

/** Bytes. */
export const mtu = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31);

/** Name of a node, a pod, a Service, a namespace …: a DNS name in lower case. */
export const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'no name of an object');

/** Name of a role, a webhook …: whatever a path of the API takes. */
export const pathSegment = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9][\w.:@-]*$/, 'no name of an object');
