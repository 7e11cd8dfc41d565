import { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer, HttpRequest, HttpTls } from '../../core/http.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { askOnce, unclear } from '../ask-once.ts';
import { BaseUrl } from '../base-url.ts';
import { httpTls } from '../http-tls.ts';
import { serverReach } from '../server-reach.ts';
import { proxmoxFailure, saysUnreachable, type AskedNode } from './proxmox-failure.ts';
import { refused } from './refused.ts';
import type { SwitchPorts } from './switch.ts';

type Asked = Pick<HttpRequest, 'method' | 'body'> & {
  readonly path: string;
  readonly node: string | undefined;
};

/** A message of the API is small; a list of all nodes is, too. */
const bytesMax = 262_144;
/** RFC 1123 labels, as Proxmox wants them. */
const nodeName = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * One node of Proxmox VE by its API. pve.proxmox.com/pve-docs/api-viewer: /nodes, /nodes/{node}/status; API tokens:
 * pve.proxmox.com/wiki/Proxmox_VE_API, “API Tokens”.
 */
export class ProxmoxApi {
  readonly #ports: Pick<SwitchPorts, 'http'>;
  readonly #base: BaseUrl;
  readonly #tls: HttpTls;
  readonly #isVerified: boolean;
  readonly #tokenId: string;
  readonly #tokenSecret: string;
  #node: string | undefined;

  /** Errors: `config_invalid`. */
  constructor(values: OptionValues, ports: Pick<SwitchPorts, 'http'>) {
    this.#ports = ports;
    this.#base = new BaseUrl('url', String(values['url']));
    this.#isVerified = values['verify'] !== false;
    this.#tls = this.#isVerified ? httpTls(values) : { acceptAny: true };
    this.#tokenId = String(values['tokenId']);
    this.#tokenSecret = String(values['tokenSecret']);
    this.#node = values['node'] as string | undefined;
  }

  /** Host and port. */
  get host(): string {
    return this.#base.host;
  }

  /**
   * Tells the node to stop its guests and then itself; returns when it has taken that. Errors: those of the client,
   * `switch_refused`, `switch_unavailable`, `answer_invalid`; with the fact `isUnclear` it may have been taken.
   */
  async shutDown(signal: AbortSignal): Promise<void> {
    const node = await this.#findNode(signal);
    const path = `/nodes/${node}/status`;
    const answer = await this.#ask({ method: 'POST', path, body: 'command=shutdown', node }, signal);
    const failure = proxmoxFailure(answer, this.#asked(node, 'Sys.PowerMgmt'));
    if (failure !== undefined) throw failure;
    try {
      const data = this.#dataIn(answer);
      // Nothing, or the task that does it: UPID:pve:….
      if (data !== null && typeof data !== 'string') throw this.#unlike();
    } catch (error) {
      throw error instanceof GatewayError ? unclear(error, error) : error;
    }
  }

  /** Whether it answers; false: another node of its cluster says that it does not. Errors: as above. */
  async isUp(signal: AbortSignal): Promise<boolean> {
    const node = await this.#findNode(signal);
    const answer = await this.#ask({ path: `/nodes/${node}/status`, node }, signal);
    if (saysUnreachable(answer.status)) return false;
    const failure = proxmoxFailure(answer, this.#asked(node, 'Sys.Audit'));
    if (failure !== undefined) throw failure;
    this.#dataIn(answer);
    return true;
  }

  /** The configured one, or the only one there is. */
  async #findNode(signal: AbortSignal): Promise<string> {
    if (this.#node !== undefined) return this.#node;
    const answer = await this.#ask({ path: '/nodes', node: undefined }, signal);
    const failure = proxmoxFailure(answer, this.#asked(undefined, 'Sys.Audit'));
    if (failure !== undefined) throw failure;
    const data = this.#dataIn(answer);
    const names = (Array.isArray(data) ? data : [])
      .map((one: unknown) => (one as { readonly node?: unknown } | null)?.node)
      .filter((name): name is string => typeof name === 'string' && nodeName.test(name));
    const [only] = names;
    if (only === undefined || names.length > 1) throw undecided(this.host, names);
    this.#node = only;
    return only;
  }

  async #ask({ path, node, ...rest }: Asked, signal: AbortSignal): Promise<HttpAnswer> {
    const isForm = rest.body !== undefined;
    try {
      return await askOnce(
        this.#ports.http,
        {
          ...rest,
          url: this.#base.to(`/api2/json${path}`),
          headers: {
            accept: 'application/json',
            authorization: `PVEAPIToken=${this.#tokenId}=${this.#tokenSecret}`,
            ...(isForm && { 'content-type': 'application/x-www-form-urlencoded' }),
          },
          bytesMax,
          reach: this.#isVerified ? this.#base.secretReach : serverReach(false, this.#tokenSecret),
          tls: this.#tls,
        },
        signal,
      );
    } catch (error) {
      throw aboutCertificate(error, node);
    }
  }

  #asked(node: string | undefined, privilege: AskedNode['privilege']): AskedNode {
    return { host: this.host, node, privilege, secrets: [this.#tokenSecret] };
  }

  /** Every answer that is well is an object with `data`. */
  #dataIn({ body }: HttpAnswer): unknown {
    const json = jsonOf(body);
    if (typeof json === 'object' && json !== null && 'data' in json) return json.data;
    throw this.#unlike();
  }

  #unlike(): GatewayError {
    return new GatewayError('answer_invalid', `${this.host} does not answer as Proxmox VE does`, {
      hint: 'check the setting url: https://HOST:8006',
      facts: { host: this.host, where: 'data' },
    });
  }
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

function undecided(host: string, names: readonly string[]): GatewayError {
  if (names.length === 0)
    return refused(
      `Proxmox at ${host} shows no node`,
      'give its name as the setting node, or give the token the privilege Sys.Audit on /nodes',
      { host },
    );
  return refused(
    `Proxmox at ${host} has ${names.length} nodes: ${names.slice(0, 8).join(', ')}`,
    'say with the setting node which of them is meant',
    { host },
  );
}

/** It signs its own until it is given another. */
function aboutCertificate(error: unknown, node: string | undefined): unknown {
  if (!(error instanceof GatewayError) || error.code !== 'certificate_invalid') return error;
  const { message, facts } = error;
  return new GatewayError('certificate_invalid', message, {
    hint: `set fingerprint to the SHA-256 that Proxmox shows under ${node ?? 'the node'}, System, Certificates, or authority to the text of /etc/pve/pve-root-ca.pem`,
    facts,
    cause: error,
  });
}
