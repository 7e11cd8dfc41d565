import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { textOption } from './option-values.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader } from './source.ts';
import type { W1Request, W1SensorAnswer } from './w1-reader.ts';

const periodMs = 5_000;
const timeoutMs = 40_000;
/** No sensor is begun later, so that the slowest one still answers within the time-out. */
const readMsMax = 30_000;

const options = {
  basePath: {
    type: 'text',
    description: 'Folder of the kernel’s 1-wire devices, as it is mounted.',
    default: '/sys/bus/w1/devices',
    pattern: '^/',
    min: 1,
    max: 1_000,
  },
  sensors: {
    type: 'texts',
    description:
      'Ids of the sensors, each with a name where it should have one: `28-00000a69bebf=water`. None: all of family 28.',
    default: [],
    pattern: '^28-[0-9a-fA-F]{12}(=.{1,100})?$',
  },
  resolutionBits: {
    type: 'integer',
    description:
      'Resolution that the sensors are set to, 9 (0.5 °C) to 12 (0.0625 °C); left as it is unless said.',
    isOptional: true,
    min: 9,
    max: 12,
  },
} as const satisfies OptionFields;

/** DS18B20 temperature sensors on the kernel's 1-wire bus. */
export const ds18b20: SourceDefinition = {
  id: 'ds18b20',
  title: 'Maxim DS18B20 temperature sensors',
  source: 'DS18B20 data sheet 19-7487 rev 6; Linux Documentation/w1/slaves/w1_therm.rst',
  options,
  pace: { periodMs, periodMsMin: 1_000, allowsShortPeriods: true, timeoutMs },
  lane: (values) => `w1:${textOption(values, 'basePath')}`,
  open: (values, ports) => new Ds18b20Reader(values, ports),
};

class Ds18b20Reader implements SourceReader {
  readonly #ports: SourcePorts;
  readonly #basePath: string;
  /** Names by id; empty when all sensors are read. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #resolutionBits: number | undefined;
  /** Sensors that have been seen: one that is gone is said to be. */
  readonly #seen = new Map<string, SeenSensor>();

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#ports = ports;
    this.#basePath = textOption(values, 'basePath');
    this.#names = namesById((values['sensors'] ?? []) as readonly string[]);
    this.#resolutionBits = values['resolutionBits'] as number | undefined;
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const answers = await this.#ports.work.run<readonly W1SensorAnswer[]>('w1.read', this.#request(), signal);
    for (const answer of answers) this.#note(answer);
    if (answers.length === 0 && this.#seen.size === 0) {
      throw new GatewayError('source_unavailable', `no DS18B20 answers on the bus at ${this.#basePath}`, {
        hint: 'check the wiring and its pull-up of 4.7 kΩ; ids that begin with 00- are noise of a line without one',
        facts: { path: this.#basePath },
      });
    }
    return this.#answer(answers);
  }

  #request(): W1Request {
    const sensors = [...this.#seen].map(([id, { celsius, bitsToSet }]) => [
      id,
      {
        ...(celsius !== undefined && { celsius }),
        ...(bitsToSet !== undefined && { resolutionBits: bitsToSet }),
      },
    ]);
    return {
      basePath: this.#basePath,
      ids: [...this.#names.keys()],
      sensors: Object.fromEntries(sensors) as W1Request['sensors'],
      timeMsMax: readMsMax,
    };
  }

  #note({ id, measurement, fault }: W1SensorAnswer): void {
    const before = this.#seen.get(id) ?? {};
    if (measurement === undefined) {
      // It may come back as another one, or with its register as it was made.
      this.#seen.set(id, fault === 'absent' ? {} : before);
      return;
    }
    const wanted = this.#resolutionBits;
    const isOther = wanted !== undefined && measurement.resolutionBits !== wanted;
    const isRefused = isOther && (before.isFixed === true || before.bitsToSet !== undefined);
    if (isRefused && before.isFixed !== true) {
      this.#ports.logger.warn(
        { source: this.#ports.id, sensor: id, wanted, resolutionBits: measurement.resolutionBits },
        `the sensor ${id} keeps its resolution: it is no genuine one, or this process may not set it`,
      );
    }
    this.#seen.set(id, {
      celsius: measurement.celsius,
      ...(isRefused && { isFixed: true as const }),
      ...(isOther && !isRefused && { bitsToSet: wanted }),
    });
  }

  #answer(answers: readonly W1SensorAnswer[]): SourceAnswer {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const parts = [...this.#seen.keys()].sort().map((part) => ({ part, answer: byId.get(part) }));
    return {
      values: parts.map(({ part, answer }) => {
        const celsius = answer?.measurement?.celsius;
        if (celsius !== undefined) return { quantity: 'temperature_c', value: celsius, part };
        return { quantity: 'temperature_c', value: Number.NaN, quality: 'sensor_error', part };
      }),
      texts: parts.flatMap(({ part, answer }) => [
        ...(this.#names.get(part) ? [{ quantity: 'name', text: this.#names.get(part) ?? '', part }] : []),
        {
          quantity: 'sensor_fault',
          text: answer?.measurement === undefined ? (answer?.fault ?? 'absent') : 'none',
          part,
        },
      ]),
    };
  }
}

interface SeenSensor {
  readonly celsius?: number;
  /** To be written at the next reading. */
  readonly bitsToSet?: number;
  /** It was written and did not change. */
  readonly isFixed?: true;
}

/** Errors: `config_invalid` for a sensor that is given twice. */
function namesById(sensors: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const sensor of sensors) {
    const [written = '', ...rest] = sensor.split('=');
    const id = written.toLowerCase();
    if (names.has(id)) {
      throw new GatewayError('config_invalid', `sensors: ${id} is there twice`, {
        hint: 'remove one of them',
        facts: { option: 'sensors' },
      });
    }
    names.set(id, rest.join('='));
  }
  return names;
}
