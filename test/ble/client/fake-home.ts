import { FakeGateway, FakeProblem, type Identity } from './fake-gateway.ts';

type Facts = Readonly<Record<string, unknown>>;

const nothing = { failure: null, message: null, hint: null, rolledBackTo: null };
const stages = ['authenticating', 'address', 'checking'] as const;

/** A gateway among networks: one lets it in, one refuses the password, one wants a person to sign in. */
export class FakeHome {
  readonly gateway: FakeGateway;
  readonly token = ['egw', 'a1B2'.repeat(11).slice(0, 43)].join('_');
  /** Each stage takes so long. */
  stageMs = 20;
  timeIsTrusted = true;
  isOnCable = false;
  hasWireless = true;
  networks: readonly Facts[] = [
    network('Home', 82, 'wpa-psk'),
    network('Hotel', 64, 'open'),
    network('Upstairs', 55, 'sae', { isKnown: true }),
    network('Bakery guest', 38, 'open'),
    network('Company', 31, 'wpa-eap'),
  ];
  addresses: readonly string[] = ['https://egw-abcdefgh.local:8443/', 'http://192.168.1.51:8080/'];
  /** When the stage begins: for what goes wrong on the way. */
  onStage: (stage: string) => void = () => undefined;
  readonly wishes: Facts[] = [];
  readonly labels: unknown[] = [];
  timeSet: unknown;
  /** Whether somebody holds the button, and has been for ten seconds. */
  isHeld = false;
  isLocalOnly = false;
  readonly resets: unknown[] = [];
  #attempt = 0;
  #joining: Facts | null = null;
  #joined: string | null = null;

  constructor(identity: Identity = 'ed25519') {
    this.gateway = new FakeGateway({
      identity,
      verbs: {
        info: () => this.#info(),
        scan: () => ({ networks: this.networks }),
        status: () => this.#status(),
        'set-wifi': (wish) => this.#begin(wish),
        'set-time': ({ timeMs }) => {
          this.timeSet = timeMs;
          return { timeMs, isSet: true };
        },
        identify: () => ({}),
        'factory-reset': ({ gatewayId }) => this.#reset(gatewayId),
        'pair-key': ({ label }) => {
          this.labels.push(label);
          return { id: 'k1', token: this.token, label, scopes: ['read'] };
        },
      },
    });
  }

  #info(): Facts {
    const { gatewayId } = this.gateway;
    return { gatewayId, name: 'Home', version: '0.1.0', isOwned: false, timeIsTrusted: this.timeIsTrusted };
  }

  #reset(gatewayId: unknown): Facts {
    if (!this.isHeld)
      throw new FakeProblem({
        code: 'forbidden',
        message: 'nobody holds the button of the gateway',
        hint: 'hold it for ten seconds, and ask again while it is held',
        retryable: false,
      });
    this.resets.push(gatewayId);
    return { restarts: true };
  }

  #status(): Facts {
    return {
      wireless: {
        radio: this.hasWireless ? 'on' : 'missing',
        joined:
          this.#joined === null
            ? null
            : { ssid: this.#joined, signalPct: 82, addresses: ['192.168.1.51/24'] },
      },
      ethernet: { addresses: this.isOnCable ? ['192.168.1.50/24'] : [] },
      internet: this.#joined === null && !this.isOnCable ? 'none' : 'online',
      addresses: this.addresses,
      fingerprint: 'AB:CD:EF:01',
      pageIsLocalOnly: this.isLocalOnly,
      joining: this.#joining,
    };
  }

  #begin(wish: Facts): Facts {
    const { ssid } = wish;
    if (ssid === 'Busy')
      throw new FakeProblem({
        code: 'wifi_busy',
        message: 'another network is being joined',
        hint: 'wait',
        retryable: true,
      });
    this.wishes.push(wish);
    this.#attempt += 1;
    const begun = { attempt: this.#attempt, ssid, stage: 'associating', ...nothing };
    this.#tell(begun);
    void this.#run(begun, wish);
    return begun;
  }

  async #run(begun: Facts, { ssid, password }: Facts): Promise<void> {
    for (const stage of stages) {
      await new Promise((resolve) => setTimeout(resolve, this.stageMs));
      if (stage === 'address' && ssid === 'Home' && password !== 'right password') {
        this.#tell({
          ...begun,
          stage: 'failed',
          failure: 'wifi_password_wrong',
          message: '"Home" does not take the password',
          hint: 'type it again: capitals and spaces count',
          rolledBackTo: 'Upstairs',
        });
        return;
      }
      this.#tell({ ...begun, stage });
      this.onStage(stage);
    }
    await new Promise((resolve) => setTimeout(resolve, this.stageMs));
    this.#joined = String(ssid);
    this.#tell({ ...begun, stage: 'joined', ...(ssid === 'Hotel' ? portal : {}) });
  }

  #tell(joining: Facts): void {
    this.#joining = joining;
    this.gateway.event(joining);
  }
}

const portal = {
  message: '"Hotel" is joined, but wants a person to sign in before it lets anything out',
  hint: 'sign the gateway in at the network, or use another one; readings are kept meanwhile',
};

function network(ssid: string, signalPct: number, security: string, more: Facts = {}): Facts {
  return { ssid, signalPct, security, isKnown: false, isJoined: false, ...more };
}
