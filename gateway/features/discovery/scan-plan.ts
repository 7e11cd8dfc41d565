import { GatewayError } from '../../core/errors.ts';
import type { LocalNetwork } from '../../core/local-network.ts';
import {
  addressesOf,
  attachedSubnet,
  formatSubnet,
  isWithin,
  parseAddress,
  parseSubnet,
  subnetAround,
  type Subnet,
} from './subnet.ts';

export interface ScanRequest {
  /** As a person writes it; all attached subnets when absent. */
  readonly subnet: string | undefined;
  /** All known ones when absent. */
  readonly ports: readonly number[] | undefined;
}

/** Where a scan looks, and nowhere else. */
export interface ScanPlan {
  /** For people: `192.168.1.0/24`. */
  readonly subnets: readonly string[];
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}

/** The widest subnet that is looked at as a whole: a /24. */
const widestPrefixLength = 24;
/** Subnets that are looked at when none is named. */
const subnetsMax = 4;

/**
 * Bounds a scan: addresses of private IPv4 subnets that this machine is attached to, and of wide ones only the /24
 * around its own address, or a smaller part that is asked for; ports that a driver or a transport is known to use.
 * Errors: `input_invalid`, `host_forbidden`.
 *
 * @param knownPorts the ports that devices are known to use
 */
export function planScan(request: ScanRequest, lan: LocalNetwork, knownPorts: ReadonlySet<number>): ScanPlan {
  const ports = request.ports === undefined ? [...knownPorts] : checkPorts(request.ports, knownPorts);
  const subnets = request.subnet === undefined ? ownSubnets(lan) : [namedSubnet(request.subnet, lan)];
  const addresses = subnets.flatMap((subnet) => allowedAddresses(subnet, lan));
  return {
    subnets: subnets.map(formatSubnet),
    addresses: [...new Set(addresses)],
    ports: ports.sort((left, right) => left - right),
  };
}

/** The /24, or less, of an attached subnet in which an address is; undefined when it is in none. */
export function surroundingsOf(address: string, lan: LocalNetwork): readonly string[] | undefined {
  const number = parseAddress(address);
  if (number === undefined) return undefined;
  const around = lan
    .attached()
    .map(attachedSubnet)
    .find((subnet) => subnet !== undefined && isWithin(subnetAround(number, 32), subnet));
  if (around === undefined) return undefined;
  const prefixLength = Math.max(around.prefixLength, widestPrefixLength);
  return allowedAddresses(subnetAround(number, prefixLength), lan);
}

/** The same around this machine's own addresses. */
export function ownSurroundings(lan: LocalNetwork): readonly string[] {
  return ownSubnets(lan).flatMap((subnet) => allowedAddresses(subnet, lan));
}

function checkPorts(ports: readonly number[], knownPorts: ReadonlySet<number>): number[] {
  const other = ports.find((port) => !knownPorts.has(port));
  if (other === undefined) return [...new Set(ports)];
  throw new GatewayError('input_invalid', `port ${other} is not one that devices are looked for at`, {
    hint: `known ports: ${[...knownPorts].join(', ')}; for one device: egw device identify HOST --port ${other}`,
    facts: { port: other },
  });
}

function ownSubnets(lan: LocalNetwork): Subnet[] {
  const subnets = lan
    .attached()
    .filter(({ internal, address }) => !internal && parseAddress(address) !== undefined)
    .map(({ address, prefixLength }) =>
      subnetAround(parseAddress(address) ?? 0, Math.max(prefixLength, widestPrefixLength)),
    )
    .filter((subnet) => allowedAddresses(subnet, lan).length > 0);
  return [...new Map(subnets.map((subnet) => [formatSubnet(subnet), subnet])).values()].slice(0, subnetsMax);
}

function namedSubnet(text: string, lan: LocalNetwork): Subnet {
  const subnet = parseSubnet(text);
  if (subnet === undefined) {
    throw new GatewayError('input_invalid', `${JSON.stringify(text)} is not an IPv4 subnet`, {
      hint: 'write it like 192.168.1.0/24',
    });
  }
  const hint = attachedHint(lan);
  if (subnet.prefixLength < widestPrefixLength) {
    throw new GatewayError('input_invalid', `the subnet ${text} is wider than a /24`, {
      hint: `ask for a part of it; ${hint}`,
    });
  }
  const allowed = allowedAddresses(subnet, lan);
  const refusal = addressesOf(subnet)
    .map((address) => lan.refuse(address))
    .find((error) => error !== undefined);
  const isAttached = lan.attached().some((own) => {
    const attached = attachedSubnet(own);
    return attached !== undefined && isWithin(subnet, attached);
  });
  if (isAttached && allowed.length > 0) return subnet;
  const why = isAttached || allowed.length === 0 ? refusal : undefined;
  throw new GatewayError(
    'host_forbidden',
    `the subnet ${text} is not scanned: ${why?.message ?? 'this machine is not attached to all of it'}`,
    { hint: why?.hint === undefined ? hint : `${why.hint}; ${hint}`, facts: { subnet: text } },
  );
}

function attachedHint(lan: LocalNetwork): string {
  const subnets = ownSubnets(lan).map(formatSubnet);
  return subnets.length === 0
    ? 'this machine is attached to no private IPv4 subnet now'
    : `attached: ${subnets.join(', ')}`;
}

function allowedAddresses(subnet: Subnet, lan: LocalNetwork): string[] {
  return addressesOf(subnet).filter((address) => lan.refuse(address) === undefined);
}
