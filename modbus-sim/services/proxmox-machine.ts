import type { ProxmoxService } from './proxmox-service.ts';
import { ServiceServer, type ServiceServerOptions } from './service-server.ts';
import type { SharedServer } from './shared-server.ts';

export interface ProxmoxMachineOptions extends Omit<ServiceServerOptions, 'service'> {
  readonly server: SharedServer;
  readonly service: ProxmoxService;
}

/** The port of a machine's API: there while it serves, and gone with it. */
export class ProxmoxMachine {
  readonly #options: ProxmoxMachineOptions;
  readonly #port: number;
  #api: ServiceServer | undefined;
  #isClosed = false;
  #following: Promise<void> = Promise.resolve();

  private constructor(options: ProxmoxMachineOptions, api: ServiceServer) {
    this.#options = options;
    this.#api = api;
    this.#port = api.port;
  }

  /** Throws what node:net says when the port cannot be had. */
  static async start(options: ProxmoxMachineOptions): Promise<ProxmoxMachine> {
    const machine = new ProxmoxMachine(options, await ServiceServer.start(options));
    await machine.follow();
    return machine;
  }

  get url(): string {
    const { host = '127.0.0.1', tls } = this.#options;
    return `${tls === undefined ? 'http' : 'https'}://${host}:${this.#port}`;
  }

  /** The port as the machine is now. Its owner has the clock. */
  async follow(): Promise<void> {
    this.#following = this.#following.then(async () => await this.#followNow());
    await this.#following;
  }

  async #followNow(): Promise<void> {
    const { server, nowMs } = this.#options;
    const state = server.state(nowMs());
    const isThere = state === 'on' || state === 'stopping';
    if (!isThere) await this.#hangUp();
    else if (!this.#isClosed && this.#api === undefined) {
      // Somebody else may have taken the port meanwhile: it comes back when that is gone.
      this.#api = await ServiceServer.start({ ...this.#options, port: this.#port }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#following;
    await this.#hangUp();
  }

  async #hangUp(): Promise<void> {
    const api = this.#api;
    this.#api = undefined;
    await api?.close();
  }
}
