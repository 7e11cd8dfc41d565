import { GatewayError } from '../../../gateway/core/errors.ts';
import { bindCommand, type BoundCommand } from '../../../gateway/features/command.ts';
import { owningCommands } from '../../../gateway/features/provisioning/owning-commands.ts';
import { provisionCommands } from '../../../gateway/features/provisioning/provision-commands.ts';

type Status = Awaited<ReturnType<(typeof provisionCommands)[1]['run']>>;

type Label = Awaited<ReturnType<(typeof owningCommands)[3]['run']>>;

const windowMs = 300_000;

/** Whether a phone may set the gateway up, as the commands about it answer. */
export class StubProvisioning {
  status: Status = {
    door: { state: 'closed', openMs: null, triesLeft: 5 },
    isOwned: true,
    bluetooth: 'connected',
    wireless: {
      radio: 'on',
      problem: null,
      joined: { ssid: 'Home <b>2</b>', signalPct: 62, addresses: ['192.168.1.51/24'] },
    },
    ethernet: { isUp: false, addresses: [] },
    internet: 'online',
    addresses: ['http://192.168.1.51:8080'],
    pageIsLocalOnly: false,
    fingerprint: null,
    joining: null,
  };
  label: Label = {
    gatewayId: 'abcdefgh234567ab',
    fingerprint: 'ABCDEFGH234567ABCDEFGH234567ABCDEFGH234567ABCDEFGH23',
    code: '7K3M-9QXC-41TZ-HW0E',
    text: 'EGW1:ABCDEFGH234567ABCDEFGH234567ABCDEFGH234567ABCDEFGH23:7K3M9QXC41TZHW0E',
    qr: ['101', '010', '111'],
  };
  /** Of which gateways everything was to be forgotten. */
  readonly resets: string[] = [];
  isHeld = false;
  /** What is answered instead of the label. */
  refusal: GatewayError | undefined;

  commands(): readonly BoundCommand[] {
    const [, status] = provisionCommands;
    const [, open, close, show, reset] = owningCommands;
    const door = (state: 'open' | 'closed', openMs: number | null) => {
      this.status = { ...this.status, door: { state, openMs, triesLeft: 5 } };
      return { state, openMs };
    };
    return [
      bindCommand({ ...status, run: () => Promise.resolve(this.status) }, undefined),
      bindCommand({ ...open, run: () => door('open', windowMs) }, undefined),
      bindCommand({ ...close, run: () => door('closed', null) }, undefined),
      bindCommand({ ...show, run: () => this.#label() }, undefined),
      bindCommand({ ...reset, run: (_ports: undefined, { gatewayId }) => this.#reset(gatewayId) }, undefined),
    ];
  }

  #reset(gatewayId: string): { restarts: boolean } {
    if (!this.isHeld) {
      throw new GatewayError('forbidden', 'nobody holds the button of the gateway', { hint: 'hold it' });
    }
    this.resets.push(gatewayId);
    return { restarts: true };
  }

  #label(): Label {
    if (this.refusal !== undefined) throw this.refusal;
    return this.label;
  }
}
