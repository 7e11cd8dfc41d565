import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { DsmrStream } from './dsmr-stream.ts';
import { objectAt, readFields, textAt } from './fields.ts';
import { FrozenWatch } from './frozen-watch.ts';
import { homewizardAnswer } from './homewizard-answer.ts';
import { HomewizardConnection, homewizardPlace } from './homewizard-connection.ts';
import type { HomewizardApi, MeterRole } from './homewizard-fields.ts';
import { HomewizardIdentity } from './homewizard-identity.ts';
import { HomewizardSearch } from './homewizard-search.ts';
import { HomewizardToken } from './homewizard-token.ts';
import type {
  SourceAnswer,
  SourceDefinition,
  SourcePorts,
  SourceReader,
  SourceText,
  SourceValue,
} from './source.ts';

const options = {
  host: {
    type: 'text',
    description:
      'Name or address of the device: p1meter-aabbcc.local. Without http:// its API v2 is asked by https.',
    min: 1,
    max: 300,
  },
  api: {
    type: 'choice',
    description:
      'v1 must be switched on in the app; v2 needs a token; auto takes v2 where there is one, or pair is set.',
    values: ['auto', 'v1', 'v2'],
    default: 'auto',
  },
  token: {
    type: 'text',
    description: 'Token of API v2. Without one the gateway can ask the device for its own: see pair.',
    isOptional: true,
    isSecret: true,
    pattern: '^[!-~]+$',
    min: 8,
    max: 200,
  },
  pair: {
    type: 'boolean',
    description:
      'Ask the device for a token at each reading until its button was pressed; it is kept. See egw source pair.',
    default: false,
  },
  serial: {
    type: 'text',
    description:
      'Its serial number, 12 hex digits: another device at its address is refused. Unless said, the one that was there first.',
    isOptional: true,
    pattern: '^[0-9A-Fa-f]{2}(?:[:-]?[0-9A-Fa-f]{2}){5}$',
  },
  measures: {
    type: 'choice',
    description:
      'What it is at: the grid, panels or a load; auto takes the grid for a P1 meter, and a load for a socket or kWh meter.',
    values: ['auto', 'grid', 'pv', 'load'],
    default: 'auto',
  },
  certificateAuthority: {
    type: 'text',
    description:
      "PEM of the authority that signs the devices' certificates: HomeWizard's Appliance Access CA.",
    isOptional: true,
    max: 20_000,
  },
  certificateName: {
    type: 'text',
    description: 'Name in its certificate: appliance/p1dongle/5c2faf0a1b2c.',
    isOptional: true,
    pattern: '^[A-Za-z0-9/._-]+$',
    max: 200,
  },
  certificateFingerprint: {
    type: 'text',
    description: 'SHA-256 of its certificate in hex: this one and no other, whoever signed it.',
    isOptional: true,
    pattern: '^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$',
  },
  acceptAnyCertificate: {
    type: 'boolean',
    description: 'Believe any certificate: whoever is in the home network can then pretend to be the device.',
    default: false,
  },
} as const satisfies OptionFields;

/** What each product measures unless its owner says something else. */
const roles: Readonly<Record<string, MeterRole>> = {
  'HWE-P1': 'grid',
  'HWE-BAT': 'battery',
  'HWE-SKT': 'load',
  'HWE-KWH1': 'load',
  'HWE-KWH3': 'load',
  'SDM230-wifi': 'load',
  'SDM630-wifi': 'load',
};

/** One at a time, and at most twice a second: HomeWizard's recommendation; DSMR 5 has a telegram a second. */
export const homewizardP1: SourceDefinition = {
  id: 'homewizard-p1',
  title: 'HomeWizard P1 meter, kWh meters, sockets, water meter and plug-in battery',
  source: 'api-documentation.homewizard.com: v1 measurement, v2 authorization and measurement; read 2026-01',
  options,
  pace: { periodMs: 10_000, periodMsMin: 1_000, timeoutMs: 10_000 },
  lane: (values) => homewizardPlace(values).host,
  open: (values, ports) => new HomewizardReader(values, ports),
};

/** What changes though nothing was measured. */
const withoutRadio = { wifi_ssid: null, wifi_strength: null };

interface Product {
  readonly type: string;
  readonly serial: string | undefined;
  /** What it says of itself. */
  readonly said: SourceAnswer;
}

class HomewizardReader implements SourceReader {
  readonly #options: OptionValues;
  readonly #ports: SourcePorts;
  readonly #connection: HomewizardConnection;
  readonly #token: HomewizardToken;
  readonly #identity: HomewizardIdentity;
  readonly #search: HomewizardSearch;
  readonly #frozen = new FrozenWatch();
  /** Of the data of API v1. */
  readonly #still = new FrozenWatch();
  /** Asked for again after a failure: it may be another device then. */
  #product: Product | undefined;
  /** Number of the meter behind it, as the last data have it. */
  #meter: unknown;

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#options = values;
    this.#ports = ports;
    this.#connection = new HomewizardConnection(values, ports.http);
    this.#token = new HomewizardToken(values, ports);
    this.#identity = new HomewizardIdentity(values, ports);
    this.#search = new HomewizardSearch(ports);
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    try {
      this.#connection.moveTo(await this.#search.address(await this.#identity.serial(), signal));
      return (await this.#usesV2()) ? await this.#readV2(signal) : await this.#readV1(signal);
    } catch (error) {
      this.#product = undefined;
      this.#search.failed(error);
      throw error;
    }
  }

  async pair(signal: AbortSignal): Promise<boolean> {
    const { api, token } = this.#options;
    if (api === 'v1' || (api === 'auto' && this.#isPlain())) throw notForV1();
    if (typeof token === 'string') throw hasToken();
    return (await this.#token.ask(this.#connection, signal)) !== undefined;
  }

  /** A token goes over a line that anybody can read only where its owner says both. */
  #isPlain(): boolean {
    return homewizardPlace(this.#options).scheme === 'http';
  }

  async #usesV2(): Promise<boolean> {
    const { api, pair } = this.#options;
    if (api !== 'auto') return api === 'v2';
    if (this.#isPlain()) return false;
    return pair === true || (await this.#token.find()) !== undefined;
  }

  async #readV1(signal: AbortSignal): Promise<SourceAnswer> {
    const get = (path: string): Promise<unknown> => this.#connection.getV1(path, signal);
    const { data, product } = await this.#ask(get, '/api/v1/data');
    const answer = this.#answer(data, 'v1', product);
    const nowMs = this.#ports.clock.monotonic();
    // The data have no time of the meter; its telegram has. Not every product has one, nor every meter a time.
    if (this.#still.standsStill(JSON.stringify({ ...objectAt(data, ''), ...withoutRadio }), nowMs))
      this.#frozen.check(
        await meterTimeOf(() => this.#connection.getV1Text('/api/v1/telegram', signal)),
        nowMs,
      );
    return answer;
  }

  async #readV2(signal: AbortSignal): Promise<SourceAnswer> {
    const token = (await this.#token.find()) ?? (await this.#token.pair(this.#connection, signal));
    const get = (path: string): Promise<unknown> => this.#connection.getV2(path, token, signal);
    try {
      const { data, product } = await this.#ask(get, '/api/measurement');
      const answer = this.#answer(data, 'v2', product);
      const { timestamp } = objectAt(data, '');
      this.#frozen.check(
        typeof timestamp === 'string' ? timestamp : undefined,
        this.#ports.clock.monotonic(),
      );
      return answer;
    } catch (error) {
      if (errorCodeOf(error) === 'source_refused') await this.#token.forget();
      throw error;
    }
  }

  /** Its data, when it is sure whose they are: where the meter is another one, so may the device be. */
  async #ask(
    get: (path: string) => Promise<unknown>,
    path: string,
  ): Promise<{ readonly data: unknown; readonly product: Product }> {
    const known = this.#product ?? (await this.#identify(get));
    const data = await get(path);
    const { unique_id: meter } = objectAt(data, '');
    const isSame = this.#product === undefined || meter === this.#meter;
    const product = isSame ? known : await this.#identify(get);
    this.#product = product;
    this.#meter = meter;
    return { data, product };
  }

  async #identify(get: (path: string) => Promise<unknown>): Promise<Product> {
    const product = await productOf(async () => await get('/api'));
    await this.#identity.check(product.serial);
    return product;
  }

  #answer(measured: unknown, api: HomewizardApi, product: Product): SourceAnswer {
    const { clock, zone } = this.#ports;
    const { measures } = this.#options;
    const isSaid = measures === 'grid' || measures === 'pv' || measures === 'load';
    const role = isSaid ? measures : roleOf(product.type, measured);
    const answer = homewizardAnswer(measured, { api, role, clock: { zone, nowMs: clock.wall() } });
    const measuredNames = new Set([...answer.values, ...answer.texts].map(({ quantity }) => quantity));
    const isNew = ({ quantity }: SourceText | SourceValue): boolean => !measuredNames.has(quantity);
    return {
      values: [...product.said.values.filter(isNew), ...answer.values],
      texts: [...product.said.texts.filter(isNew), ...answer.texts],
    };
  }
}

function notForV1(): GatewayError {
  return new GatewayError('config_invalid', 'its settings say that API v1 is asked, which takes no token', {
    hint: 'set api to v2, and host without http://',
    facts: { option: 'api' },
  });
}

function hasToken(): GatewayError {
  return new GatewayError('config_invalid', 'its settings give a token, which would be used all the same', {
    hint: 'take token out of its settings first',
    facts: { option: 'token' },
  });
}

/** Where the device does not say what it is, or something new, what only P1 meters know decides. */
function roleOf(type: string, measured: unknown): MeterRole {
  const known = roles[type];
  if (known !== undefined) return known;
  const data = objectAt(measured, '');
  return ['smr_version', 'protocol_version', 'meter_model'].some((name) => name in data) ? 'grid' : 'unknown';
}

/** The oldest firmware has no such path. Errors: those of the connection; `answer_invalid`. */
async function productOf(get: () => Promise<unknown>): Promise<Product> {
  try {
    const about = objectAt(await get(), '');
    // A socket that is taken for the meter of the grid would be believed.
    const type = textAt(about, 'product_type');
    const { serial } = about;
    return {
      type,
      serial: typeof serial === 'string' && serial !== '' ? serial : undefined,
      said: readFields([], about),
    };
  } catch (error) {
    if (errorCodeOf(error) !== 'source_missing') throw error;
    return { type: '', serial: undefined, said: { values: [], texts: [] } };
  }
}

/** The time in the meter's last telegram; undefined where none can be had, which is no reason to lose a reading. */
async function meterTimeOf(getTelegram: () => Promise<string>): Promise<string | undefined> {
  try {
    const [telegram] = new DsmrStream().push(Buffer.from(await getTelegram(), 'latin1'));
    return telegram?.objects.get('0-0:1.0.0')?.groups[0];
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return undefined;
  }
}
