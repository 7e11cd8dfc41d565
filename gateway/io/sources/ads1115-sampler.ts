import { describeError, GatewayError } from '../../core/errors.ts';
import {
  ads1115Config,
  ads1115Idle,
  ads1115Millivolts,
  ads1115Registers,
  isAds1115Ready,
  isAds1115Saturated,
  isSameAds1115Config,
  type Ads1115Channel,
  type Ads1115Setup,
} from './ads1115-registers.ts';
import type { BlockingTime } from './blocking-kinds.ts';
import type { I2cBus } from '../i2c-bus.ts';
import { mainsRms, type MainsRms, type MainsSample } from './mains-rms.ts';

/** The work `ads1115.sample`: some cycles of the mains on each channel, one after another. */
export interface Ads1115Request {
  readonly bus: number;
  readonly address: number;
  readonly channels: readonly Ads1115Channel[];
  readonly fullScaleMv: number;
  readonly dataRate: number;
  readonly mode: 'single' | 'continuous';
  readonly mainsHz: number;
  readonly cycles: number;
}

export interface Ads1115ChannelAnswer {
  readonly channel: Ads1115Channel;
  /** Undefined when too few samples came in the time. */
  readonly rms: MainsRms | undefined;
  /** The highest of 30 samples, as the ancestor's thresholds mean it. */
  readonly crestMv: number;
  readonly samples: number;
  /** Of them those at an end of the converter's range. */
  readonly saturated: number;
}

interface SamplerPorts {
  readonly openBus: (busNumber: number) => Promise<I2cBus>;
  readonly time: BlockingTime;
}

const crestSamples = 30;
/** A part of a cycle more than asked for, so that whole ones can be chosen. */
const cyclesMargin = 1.5;
const channelMsMax = 5_000;
const channelSamplesMax = 5_000;
/** The converter's own clock is off by up to 10 % (SBAS444, “Electrical characteristics”); it wakes up in 25 µs. */
const conversionSlack = 1.1;
const wakeUpMs = 0.03;
/** A transfer that is not acknowledged is tried again: what disturbs the wires is short. */
const transfersMax = 3;

/**
 * Opens the bus, samples each channel and closes the bus, whatever happens. Errors: `source_unavailable` naming bus and
 * address; `answer_invalid` when what answers there is no ADS1115.
 */
export async function sampleAds1115(
  request: Ads1115Request,
  { openBus, time }: SamplerPorts,
): Promise<readonly Ads1115ChannelAnswer[]> {
  const bus = await openBus(request.bus);
  try {
    const answers: Ads1115ChannelAnswer[] = [];
    for (const channel of request.channels) {
      answers.push(await sampleChannel({ ...request, channel }, new Converter(request, bus, time)));
    }
    return answers;
  } finally {
    await ended(bus.close());
  }
}

/** Of two errors the first says more; and what is not closed now is when this thread ends. */
async function ended(step: Promise<void>): Promise<void> {
  await step.catch(() => undefined);
}

async function sampleChannel(
  setup: Ads1115Request & Ads1115Setup,
  converter: Converter,
): Promise<Ads1115ChannelAnswer> {
  const words = await converter.collect(setup);
  const samples: MainsSample[] = words.map(({ atMs, word }) => ({
    atMs,
    mv: ads1115Millivolts(word, setup.fullScaleMv),
  }));
  return {
    channel: setup.channel,
    rms: mainsRms(samples, setup.mainsHz),
    crestMv: crestOf(samples),
    samples: samples.length,
    saturated: words.filter(({ word }) => isAds1115Saturated(word)).length,
  };
}

/** Spread over all that was sampled, as the ancestor's were over six cycles. */
function crestOf(samples: readonly MainsSample[]): number {
  const step = Math.max(1, samples.length / crestSamples);
  const chosen = samples.filter((_, index) => index % step < 1);
  return Math.max(...chosen.map(({ mv }) => mv));
}

interface TimedWord {
  readonly atMs: number;
  readonly word: number;
}

class Converter {
  readonly #request: Ads1115Request;
  readonly #bus: I2cBus;
  readonly #time: BlockingTime;

  constructor(request: Ads1115Request, bus: I2cBus, time: BlockingTime) {
    this.#request = request;
    this.#bus = bus;
    this.#time = time;
  }

  async collect(setup: Ads1115Setup): Promise<readonly TimedWord[]> {
    const config = ads1115Config(setup);
    await this.#begin(config);
    try {
      const isSingle = setup.mode === 'single';
      if (!isSingle) await this.#point(ads1115Registers.conversion);
      // After a change of the multiplexer the first result is still of the channel before.
      if (!isSingle) this.#time.sleep(2 * this.#conversionMs);
      return await this.#collectFor(async () =>
        isSingle ? await this.#convertOnce(config) : await this.#nextOfMany(),
      );
    } finally {
      if (setup.mode === 'continuous') {
        await ended(this.#write(ads1115Registers.config, ads1115Idle(config)));
      }
    }
  }

  get #conversionMs(): number {
    return 1_000 / this.#request.dataRate;
  }

  /** What was written must stand there: anything else at this address is another chip. */
  async #begin(config: number): Promise<void> {
    await this.#write(ads1115Registers.config, config);
    const read = await this.#read();
    if (isSameAds1115Config(read, config)) return;
    throw new GatewayError('answer_invalid', `${this.#place} is no ADS1115`, {
      hint: 'check the address: 0x48 to 0x4b, by what its ADDR pin is wired to',
      facts: { ...this.#facts, where: 'config', written: hex(config), read: hex(read) },
    });
  }

  async #collectFor(next: () => Promise<TimedWord>): Promise<readonly TimedWord[]> {
    const { cycles, mainsHz } = this.#request;
    const startMs = this.#time.nowMs();
    const wantedMs = Math.min(channelMsMax, ((cycles + cyclesMargin) * 1_000) / mainsHz);
    const words: TimedWord[] = [];
    for (;;) {
      words.push(await next());
      const spentMs = this.#time.nowMs() - startMs;
      const isEnough = spentMs >= wantedMs && words.length >= crestSamples;
      if (isEnough || spentMs >= channelMsMax || words.length >= channelSamplesMax) return words;
    }
  }

  /** Stamped with the middle of the conversion. */
  async #convertOnce(config: number): Promise<TimedWord> {
    await this.#write(ads1115Registers.config, config);
    const startMs = this.#time.nowMs();
    const untilMs = startMs + 2 * conversionSlack * this.#conversionMs + 10;
    this.#time.sleep(this.#conversionMs + wakeUpMs);
    while (!isAds1115Ready(await this.#read())) {
      if (this.#time.nowMs() > untilMs) throw this.#unavailable('does not finish its conversions', 'none');
      this.#time.sleep(this.#conversionMs / 10);
    }
    await this.#point(ads1115Registers.conversion);
    return { atMs: startMs + this.#conversionMs / 2, word: await this.#read() };
  }

  async #nextOfMany(): Promise<TimedWord> {
    this.#time.sleep(this.#conversionMs);
    const word = await this.#read();
    return { atMs: this.#time.nowMs(), word };
  }

  async #write(register: number, word: number): Promise<void> {
    await this.#transfer(async (address) => {
      const bytes = Buffer.from([register, word >> 8, word & 0xff]);
      await this.#bus.i2cWrite(address, bytes.length, bytes);
    });
  }

  async #point(register: number): Promise<void> {
    await this.#transfer(async (address) => {
      await this.#bus.i2cWrite(address, 1, Buffer.from([register]));
    });
  }

  /** Of the register that was written or pointed to last. */
  async #read(): Promise<number> {
    return await this.#transfer(async (address) => {
      const bytes = Buffer.alloc(2);
      const { bytesRead } = await this.#bus.i2cRead(address, bytes.length, bytes);
      if (bytesRead !== bytes.length) throw this.#unavailable('gave less than a word', 'short');
      return bytes.readUInt16BE();
    });
  }

  async #transfer<Result>(run: (address: number) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await run(this.#request.address);
      } catch (error) {
        if (tries >= transfersMax || !isPassing(error)) throw this.#explained(error);
      }
    }
  }

  #explained(error: unknown): GatewayError {
    if (error instanceof GatewayError) return error;
    return this.#unavailable(`cannot be read: ${describeError(error)}`, systemCodeOf(error), error);
  }

  #unavailable(what: string, systemCode: string, cause?: unknown): GatewayError {
    return new GatewayError('source_unavailable', `${this.#place} ${what}`, {
      cause,
      hint: hintOf(systemCode),
      facts: { ...this.#facts, systemCode },
    });
  }

  get #place(): string {
    return `the converter at ${hex(this.#request.address)} of I2C bus ${this.#request.bus}`;
  }

  get #facts(): Readonly<Record<string, string | number>> {
    return { bus: this.#request.bus, address: hex(this.#request.address) };
  }
}

/** Not acknowledged, or lost on the way; what the system refuses stays refused. */
function isPassing(error: unknown): boolean {
  return ['EREMOTEIO', 'ENXIO', 'EIO', 'ETIMEDOUT', 'EAGAIN'].includes(systemCodeOf(error));
}

function hintOf(systemCode: string): string {
  if (systemCode === 'ENOENT')
    return 'switch the bus on (dtparam=i2c_arm=on), give the container its device, or set bus';
  if (systemCode === 'EACCES' || systemCode === 'EPERM')
    return 'let this process read and write /dev/i2c-*: the group i2c';
  if (systemCode === 'EBUSY') return 'a driver of the kernel has it: remove its dtoverlay=ads1115';
  if (systemCode === 'EMFILE' || systemCode === 'ENFILE')
    return 'too many files are open: restart the gateway';
  return 'check its power, its wires and the setting address (i2cdetect -y shows who answers)';
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function systemCodeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown';
}
