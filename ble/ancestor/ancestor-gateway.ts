import type { Clock } from '../clock.ts';
import type { AskGateway, GatewayDescription } from '../gateway-link/ask-gateway.ts';
import { joinNetwork, type JoinOutcome } from '../gateway-link/join-network.ts';
import { readNetworkFacts, type NetworkFacts } from '../gateway-link/network-facts.ts';

/** Long reads and several requests come of one look. */
const networksKeptMs = 10_000;

/** What the ancestor's service and its requests need of the gateway. Errors of what is asked: GatewayProblem. */
export class AncestorGateway {
  readonly #ask: AskGateway;
  readonly #clock: Clock;
  #names: Promise<readonly string[]> = Promise.resolve([]);
  #namesUntilMs = Number.NEGATIVE_INFINITY;

  constructor(ask: AskGateway, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Who the gateway is, while it lets anybody in; undefined otherwise. */
  get letsIn(): GatewayDescription | undefined {
    const { description, door } = this.#ask;
    const isTime = (door?.ancestorUntilMs ?? Number.NEGATIVE_INFINITY) > this.#clock.nowMs();
    return description?.ancestor === true && isTime ? description : undefined;
  }

  /** Names of the networks in reach, the strongest first, each once. */
  async networkNames(): Promise<readonly string[]> {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#namesUntilMs) return await this.#names;
    const names = this.#scan();
    this.#names = names;
    this.#namesUntilMs = nowMs + networksKeptMs;
    names.catch(() => {
      if (this.#names === names) this.#namesUntilMs = Number.NEGATIVE_INFINITY;
    });
    return await names;
  }

  async networkFacts(): Promise<NetworkFacts> {
    return readNetworkFacts(await this.#ask.verb({ verb: 'status', way: 'ancestor' }));
  }

  /** Never rejects. */
  async join(
    wish: { readonly ssid: string; readonly password?: string },
    waitMsMax: number,
  ): Promise<JoinOutcome> {
    const ports = { ask: this.#ask, clock: this.#clock };
    return await joinNetwork(ports, { ...wish, way: 'ancestor' }, waitMsMax);
  }

  async leave(): Promise<void> {
    await this.#ask.verb({ verb: 'disconnect-wifi', way: 'ancestor' });
  }

  async #scan(): Promise<readonly string[]> {
    const { networks } = await this.#ask.verb({ verb: 'scan', way: 'ancestor' });
    const names = (Array.isArray(networks) ? (networks as readonly unknown[]) : []).map(
      (network) => (network as { readonly ssid?: unknown } | null)?.ssid,
    );
    return [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))];
  }
}
