import { jsonAnswer, type ServiceAnswer, type ServiceRequest, type SimulatedService } from './service.ts';
import type { SharedServer } from './shared-server.ts';

export interface ProxmoxOptions {
  readonly server: SharedServer;
  /** `pve` unless said. */
  readonly node?: string;
  /** `egw@pve!switch`, and its secret. */
  readonly token: { readonly id: string; readonly secret: string };
  /** Privileges of the token; both unless said. */
  readonly privileges?: readonly ('Sys.Audit' | 'Sys.PowerMgmt')[];
  /** Other nodes of its cluster. */
  readonly others?: readonly string[];
}

const prefix = '/api2/json';

/**
 * The API of a Proxmox VE node, after pve.proxmox.com/pve-docs/api-viewer: nodes, their status, and the command that
 * shuts one down. It says what went wrong as pveproxy does, and is not asked any more once its machine is off.
 */
export class ProxmoxService implements SimulatedService {
  readonly id = 'proxmox';
  readonly #options: ProxmoxOptions;
  #failure: ServiceAnswer | undefined;

  constructor(options: ProxmoxOptions) {
    this.#options = options;
  }

  /** From now on it answers so whatever it is asked, and does nothing. */
  fail(status: number | undefined, message = ''): void {
    this.#failure = status === undefined ? undefined : refusal(status, message);
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    return this.#failure ?? this.#notLetIn(request) ?? this.#answer(request, nowMs);
  }

  #notLetIn({ headers }: ServiceRequest): ServiceAnswer | undefined {
    const { id, secret } = this.#options.token;
    const { authorization = '' } = headers;
    if (!authorization.startsWith('PVEAPIToken=')) return refusal(401, 'No ticket');
    return authorization === `PVEAPIToken=${id}=${secret}` ? undefined : refusal(401, 'invalid token value!');
  }

  #answer(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const { pathname } = new URL(request.url, 'https://node');
    if (pathname === `${prefix}/nodes` && request.method === 'GET') return this.#nodes(nowMs);
    const [, node] = /^\/api2\/json\/nodes\/([^/]+)\/status$/.exec(pathname) ?? [];
    if (node === undefined) return refusal(501, `Method '${request.method} ${pathname}' not implemented`);
    if (this.#options.others?.includes(node) === true) return refusal(595, 'Connection refused');
    if (node !== this.#node)
      return refusal(500, `hostname lookup '${node}' failed - failed to get address info for: ${node}`);
    return request.method === 'POST' ? this.#command(request, nowMs) : this.#status(nowMs);
  }

  get #node(): string {
    return this.#options.node ?? 'pve';
  }

  #nodes(nowMs: number): ServiceAnswer {
    const { others = [], server } = this.#options;
    const isUp = server.state(nowMs) === 'on';
    // Without Sys.Audit it shows their names and states, and nothing more.
    const own = {
      node: this.#node,
      type: 'node',
      id: `node/${this.#node}`,
      status: isUp ? 'online' : 'offline',
    };
    const rest = others.map((node) => ({ node, type: 'node', id: `node/${node}`, status: 'offline' }));
    return jsonAnswer(200, { data: [{ ...own, uptime: 12_345, cpu: 0.02, maxcpu: 8 }, ...rest] });
  }

  #status(nowMs: number): ServiceAnswer {
    if (!this.#has('Sys.Audit')) return this.#forbidden('Sys.Audit');
    const loadavg =
      this.#options.server.state(nowMs) === 'on' ? ['0.10', '0.12', '0.09'] : ['2.31', '1.04', '0.42'];
    return jsonAnswer(200, {
      data: { uptime: 12_345, loadavg, cpu: 0.02, memory: { used: 8_589_934_592, total: 34_359_738_368 } },
    });
  }

  #command({ headers, body }: ServiceRequest, nowMs: number): ServiceAnswer {
    if (!this.#has('Sys.PowerMgmt')) return this.#forbidden('Sys.PowerMgmt');
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const command = isForm ? new URLSearchParams(body).get('command') : null;
    if (command === null)
      return jsonAnswer(400, {
        data: null,
        message: 'Parameter verification failed.\n',
        errors: { command: 'property is missing and it is not optional' },
      });
    if (command !== 'shutdown' && command !== 'reboot')
      return jsonAnswer(400, {
        data: null,
        message: 'Parameter verification failed.\n',
        errors: { command: `value '${command}' does not have a value in the enumeration 'reboot, shutdown'` },
      });
    if (command === 'shutdown') this.#options.server.shutDown(nowMs);
    return jsonAnswer(200, { data: null });
  }

  #has(privilege: 'Sys.Audit' | 'Sys.PowerMgmt'): boolean {
    return this.#options.privileges?.includes(privilege) ?? true;
  }

  #forbidden(privilege: string): ServiceAnswer {
    return refusal(403, `Permission check failed (/nodes/${this.#node}, ${privilege})`);
  }
}

function refusal(status: number, message: string): ServiceAnswer {
  return jsonAnswer(status, { data: null, message: `${message}\n` });
}
