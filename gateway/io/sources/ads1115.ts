import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import type { Quality } from '../../core/quality.ts';
import type { QuantityName } from '../../core/quantity.ts';
import {
  ads1115Channels,
  ads1115DataRates,
  ads1115FullScales,
  type Ads1115Channel,
} from './ads1115-registers.ts';
import type { Ads1115ChannelAnswer, Ads1115Request } from './ads1115-sampler.ts';
import { clampCurrent } from './clamp-current.ts';
import { numberOption, textOption } from './option-values.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader, SourceValue } from './source.ts';

const options = {
  bus: {
    type: 'integer',
    description: 'Number of the I2C bus: 1 is /dev/i2c-1.',
    default: 1,
    min: 0,
    max: 255,
  },
  address: {
    type: 'choice',
    description: 'Address of the converter, by what its ADDR pin is wired to: GND, VDD, SDA, SCL.',
    default: '0x48',
    values: ['0x48', '0x49', '0x4a', '0x4b'],
  },
  channels: {
    type: 'texts',
    description:
      'Channels that are read, against ground (`a0`) or against another (`a0-a1`), each with its clamp’s amperes per volt where it has its own: `a0=29.4`.',
    default: ['a0', 'a1', 'a2', 'a3'],
    pattern: `^(${ads1115Channels.join('|')})(=\\d{1,5}(\\.\\d{1,6})?)?$`,
  },
  names: {
    type: 'texts',
    description: 'What hangs on the channels, for people: `a0=secondary fan`.',
    default: [],
    pattern: `^(${ads1115Channels.join('|')})=.{1,100}$`,
  },
  ampsPerVolt: {
    type: 'number',
    description: 'What the clamps give, A (RMS) per V (RMS): 30 of an SCT-013-030.',
    default: 30,
    min: 0.001,
    max: 100_000,
  },
  fullScaleMv: {
    type: 'choice',
    description:
      'Range of the converter, ± mV; its inputs stand no more than its supply, whatever the range.',
    default: '4096',
    values: ads1115FullScales,
  },
  dataRate: {
    type: 'choice',
    description: 'Conversions in a second; below 475 the form of the current is hardly seen.',
    default: '860',
    values: ads1115DataRates,
  },
  mode: {
    type: 'choice',
    description:
      'Each conversion started by itself (single), or one after another by the converter’s own clock.',
    default: 'single',
    values: ['single', 'continuous'],
  },
  mainsHz: {
    type: 'choice',
    description: 'Frequency of the mains, Hz.',
    default: '50',
    values: ['50', '60'],
  },
  cycles: {
    type: 'integer',
    description: 'Cycles of the mains that are read of each channel.',
    default: 10,
    min: 1,
    max: 50,
  },
  noiseFloorMv: {
    type: 'number',
    description: 'What is measured without a current, mV (RMS); it is taken off in quadrature.',
    default: 3,
    min: 0,
    max: 1_000,
  },
  offBelowMv: {
    type: 'number',
    description:
      'Below this crest, in whole mV, motor_mv is 0: a clamp around its bias of 1,650 mV, as chaudiere has it.',
    default: 1_654,
    min: 0,
    max: 6_144,
  },
  tolerancePct: {
    type: 'number',
    description: 'How far off the clamp and its resistor may be, %, unless they were calibrated.',
    default: 3,
    min: 0,
    max: 50,
  },
} as const satisfies OptionFields;

/** ADS1115 converter on the I2C bus, with current clamps on its inputs. */
export const ads1115: SourceDefinition = {
  id: 'ads1115',
  title: 'TI ADS1115 converter with SCT-013 current clamps',
  source: 'TI SBAS444 rev D; YHDC SCT-013-030 data sheet',
  options,
  pace: { periodMs: 5_000, periodMsMin: 1_000, allowsShortPeriods: true, timeoutMs: 45_000 },
  lane: (values) => `i2c:${numberOption(values, 'bus')}`,
  open: (values, ports) => new Ads1115Reader(values, ports),
};

/** Of too few samples. */
const noRms = { rmsMv: NaN, offsetMv: NaN, squareDeviationMv2: NaN, cycles: 0 };

class Ads1115Reader implements SourceReader {
  readonly #ports: SourcePorts;
  readonly #request: Ads1115Request;
  readonly #ampsPerVolt: ReadonlyMap<Ads1115Channel, number>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #noiseFloorMv: number;
  readonly #tolerancePct: number;
  readonly #offBelowMv: number;

  constructor(values: OptionValues, ports: SourcePorts) {
    this.#ports = ports;
    this.#ampsPerVolt = clampsOf(values);
    this.#request = {
      bus: numberOption(values, 'bus'),
      address: Number(textOption(values, 'address')),
      channels: [...this.#ampsPerVolt.keys()],
      fullScaleMv: Number(textOption(values, 'fullScaleMv')),
      dataRate: Number(textOption(values, 'dataRate')),
      mode: textOption(values, 'mode') === 'single' ? 'single' : 'continuous',
      mainsHz: Number(textOption(values, 'mainsHz')),
      cycles: numberOption(values, 'cycles'),
    };
    this.#names = namesOf(values, this.#ampsPerVolt);
    this.#noiseFloorMv = numberOption(values, 'noiseFloorMv');
    this.#tolerancePct = numberOption(values, 'tolerancePct');
    this.#offBelowMv = numberOption(values, 'offBelowMv');
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const answers = await this.#ports.work.run<readonly Ads1115ChannelAnswer[]>(
      'ads1115.sample',
      this.#request,
      signal,
    );
    return {
      values: answers.flatMap((answer) => this.#valuesOf(answer)),
      texts: [...this.#names].map(([part, text]) => ({ quantity: 'name', text, part })),
    };
  }

  #valuesOf({ channel, rms = noRms, crestMv, saturated }: Ads1115ChannelAnswer): readonly SourceValue[] {
    const quality: Quality = saturated > 0 ? 'suspect' : 'good';
    const value = (quantity: QuantityName, number: number): SourceValue => ({
      quantity,
      value: number,
      quality: Number.isNaN(number) ? 'missing' : quality,
      part: channel,
    });
    const clamp = {
      ampsPerVolt: this.#ampsPerVolt.get(channel) ?? NaN,
      noiseFloorMv: this.#noiseFloorMv,
      tolerancePct: this.#tolerancePct,
    };
    const { currentA, uncertaintyA } = clampCurrent(rms, clamp);
    return [
      value('current_a', currentA),
      value('current_uncertainty_a', uncertaintyA),
      value('current_noise_floor_a', (clamp.noiseFloorMv * clamp.ampsPerVolt) / 1_000),
      value('rms_mv', rms.rmsMv),
      value('offset_mv', rms.offsetMv),
      value('crest_mv', crestMv),
      value('motor_mv', motorMv(crestMv, this.#offBelowMv)),
      { quantity: 'input_saturated' satisfies QuantityName, value: saturated > 0 ? 1 : 0, part: channel },
    ];
  }
}

/** chaudiere, sensor/create_data.py: the integer part is compared, and is the value. */
function motorMv(crestMv: number, offBelowMv: number): number {
  const wholeMv = Math.trunc(crestMv);
  return wholeMv < offBelowMv ? 0 : wholeMv;
}

/** Errors: `config_invalid` for no channel, one that is there twice, a clamp that gives nothing. */
function clampsOf(values: OptionValues): ReadonlyMap<Ads1115Channel, number> {
  const clamps = new Map<Ads1115Channel, number>();
  for (const text of (values['channels'] ?? []) as readonly string[]) {
    const [name, ratio] = text.split('=');
    const channel = ads1115Channels.find((known) => known === name);
    if (channel === undefined) throw channelsInvalid(`${text} is no channel`);
    if (clamps.has(channel)) throw channelsInvalid(`${channel} is there twice`);
    const ampsPerVolt = ratio === undefined ? numberOption(values, 'ampsPerVolt') : Number(ratio);
    if (!(ampsPerVolt > 0)) throw channelsInvalid(`${channel} has a clamp that gives nothing`);
    clamps.set(channel, ampsPerVolt);
  }
  if (clamps.size === 0) throw channelsInvalid('there is none');
  return clamps;
}

/** Errors: `config_invalid` for a channel that is named twice, or is not read. */
function namesOf(values: OptionValues, clamps: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const text of (values['names'] ?? []) as readonly string[]) {
    const [channel = '', ...rest] = text.split('=');
    const problem = names.has(channel) ? 'is there twice' : 'is not among the channels that are read';
    if (names.has(channel) || !clamps.has(channel)) {
      throw new GatewayError('config_invalid', `names: ${channel} ${problem}`, {
        hint: `name some of ${[...clamps.keys()].join(', ')}, each once`,
        facts: { option: 'names' },
      });
    }
    names.set(channel, rest.join('='));
  }
  return names;
}

function channelsInvalid(what: string): GatewayError {
  return new GatewayError('config_invalid', `channels: ${what}`, {
    hint: `give some of ${ads1115Channels.join(', ')}, each once`,
    facts: { option: 'channels' },
  });
}
