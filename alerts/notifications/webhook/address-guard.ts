import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, isIPv6 } from 'node:net';

const notPublic = new BlockList();
/** Special-purpose networks of IANA's registries: this host, private, shared (holds cloud metadata 100.100.100.200), loopback, link-local, … */
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv6');
}

/** The address when a URL's host is one (without the brackets of IPv6); null for a name. */
export const addressLiteral = (hostname: string): string | null => {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
};

/** The IPv4 address that an IPv6 address carries in these forms: mapped, NAT64, 6to4. */
const embeddedIpv4 = (address: string): string | null => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const groups = canonical.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const head = groups[0] ?? [];
  const tail = groups[1];
  const full = tail === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  const numbers = full.map((group) => Number.parseInt(group, 16));
  const ipv4 = (high: number | undefined, low: number | undefined): string =>
    [(high ?? 0) >> 8, (high ?? 0) & 0xff, (low ?? 0) >> 8, (low ?? 0) & 0xff].join('.');
  if (numbers.slice(0, 5).every((group) => group === 0) && numbers[5] === 0xffff) return ipv4(numbers[6], numbers[7]);
  if (numbers[0] === 0x64 && numbers[1] === 0xff9b && numbers[2] === 0) return ipv4(numbers[6], numbers[7]);
  if (numbers[0] === 0x2002) return ipv4(numbers[1], numbers[2]);
  return null;
};

/** True when an IP address can belong to a machine on the public network. */
export const isPublicAddress = (address: string): boolean => {
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return !notPublic.check(bare, 'ipv4');
  const inner = embeddedIpv4(bare);
  return inner === null ? !notPublic.check(bare, 'ipv6') : !notPublic.check(inner, 'ipv4');
};

/** Code of the refusal to connect to an address inside a private network. */
export const privateAddressCode = 'webhook-address-private';

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * A `lookup` for sockets that lets only public addresses through. It decides on the very answer that the socket then connects to, so a
 * name that answers differently the second time (DNS rebinding) gains nothing.
 */
export const publicOnlyLookup = (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const first = allowed[0];
    if (first === undefined) {
      const refusal: NodeJS.ErrnoException = new Error('the name leads to no public address');
      refusal.code = privateAddressCode;
      return callback(refusal, []);
    }
    if (options.all === true) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};
