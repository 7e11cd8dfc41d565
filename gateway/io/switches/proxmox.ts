import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { httpTlsFields } from '../http-tls.ts';
import { magicPacketFields } from './magic-packet.ts';
import { ProxmoxApi } from './proxmox-api.ts';
import { refused } from './refused.ts';
import type { PowerSwitch, SwitchDefinition, SwitchPorts, SwitchPosition } from './switch.ts';
import { wakeUp } from './wake-on-lan.ts';

const options = {
  url: { type: 'text', description: 'Where its API is: https://192.168.1.20:8006.', max: 500 },
  node: {
    type: 'text',
    description: 'Name of the machine in Proxmox. Default: the only one that is there.',
    isOptional: true,
    pattern: '^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
  },
  tokenId: {
    type: 'text',
    description:
      'Name of the API token, with its user: egw@pve!switch. It needs Sys.PowerMgmt and Sys.Audit.',
    pattern: '^[^\\s@!=:/]+@[A-Za-z][A-Za-z0-9._-]*![A-Za-z][A-Za-z0-9._-]*$',
    max: 200,
    environment: ['API_PROXMOX_TOKEN_ID'],
  },
  tokenSecret: {
    type: 'text',
    description: 'The token’s secret, as Proxmox showed it once.',
    isSecret: true,
    pattern: '^[\\x21-\\x7e]+$',
    max: 200,
    environment: ['API_PROXMOX_TOKEN_SECRET'],
  },
  ...httpTlsFields,
  verify: {
    type: 'boolean',
    description:
      'false takes any certificate: whoever stands between may then read the token. Give fingerprint or authority instead.',
    default: true,
  },
  ...magicPacketFields,
  mac: {
    ...magicPacketFields.mac,
    description: 'Address of its network card, to switch it on by Wake-on-LAN: bc:24:11:0a:0b:0c.',
    isOptional: true,
    environment: ['HOST_PROXMOX_MAC_ADDR'],
  },
} as const satisfies OptionFields;

/** A machine with Proxmox VE: its own API switches it off, guests first, and a magic packet on. */
export const proxmox: SwitchDefinition = {
  id: 'proxmox',
  title: 'Proxmox VE: off by its API, on by Wake-on-LAN',
  source: 'pve.proxmox.com/pve-docs/api-viewer: /nodes, /nodes/{node}/status; AMD white paper 20213',
  options,
  timeoutMs: 20_000,
  positions: ({ mac }) => (mac === undefined ? ['off'] : ['on', 'off']),
  isRepeatSafe: true,
  open: (values, ports) => new ProxmoxSwitch(values, ports),
};

/** Nobody answers, or only somebody else. */
const silenceCodes: ReadonlySet<string> = new Set(['connection_refused', 'connection_timeout']);

class ProxmoxSwitch implements PowerSwitch {
  readonly #api: ProxmoxApi;
  readonly #wake: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** That nobody answers means that it is off only when it was told so: else it may be the network. */
  #isToldOff = false;

  constructor(values: OptionValues, ports: SwitchPorts) {
    this.#api = new ProxmoxApi(values, ports);
    this.#wake = values['mac'] === undefined ? undefined : wakeUp(values, ports);
    if (values['verify'] === false)
      ports.logger.warn(
        { switch: ports.id, host: this.#api.host },
        'any certificate is taken from Proxmox, and its token can be read by whoever stands between: set fingerprint or authority',
      );
  }

  async turn(position: SwitchPosition, signal: AbortSignal): Promise<void> {
    if (position === 'off') {
      try {
        await this.#api.shutDown(signal);
        this.#isToldOff = true;
      } catch (error) {
        this.#isToldOff ||= brokeAfterwards(error);
        throw error;
      }
      return;
    }
    if (this.#wake === undefined)
      throw refused(
        'Proxmox cannot be switched on by its API',
        'give the address of its network card as the setting mac',
      );
    await this.#wake(signal);
    this.#isToldOff = false;
  }

  async position(signal: AbortSignal): Promise<SwitchPosition | undefined> {
    try {
      if (await this.#api.isUp(signal)) return 'on';
    } catch (error) {
      if (!(error instanceof GatewayError) || !silenceCodes.has(error.code)) throw error;
    }
    return this.#isToldOff ? 'off' : undefined;
  }

  async close(): Promise<void> {
    // Nothing is held open between two commands.
  }
}

/** The command had left when the connection broke: a machine that goes down breaks it. */
function brokeAfterwards(error: unknown): boolean {
  if (!(error instanceof GatewayError) || error.code !== 'connection_closed') return false;
  return error.facts['isUnclear'] === true;
}
