import { GatewayError } from '../../../gateway/core/errors.ts';
import type { ControlDefinition } from '../../../gateway/io/drivers/control-definition.ts';
import type { RegisterAccess } from '../../../gateway/io/transports/transport.ts';

/** How the device misbehaves at its next writes. */
export type WriteFault =
  'ignores' | 'rounds' | 'refuses' | 'applies-and-is-silent' | 'is-silent' | 'applies-late' | 'reboots';

export const writeFaults: readonly WriteFault[] = [
  'ignores',
  'rounds',
  'refuses',
  'applies-and-is-silent',
  'is-silent',
  'applies-late',
  'reboots',
];

export interface SeenWrite {
  readonly atMs: number;
  readonly address: number;
  readonly word: number;
}

/** A watt control of two registers, a limit that counts in tens, and a percentage with a scale and a timer. */
export const inverterControls: readonly ControlDefinition[] = [
  {
    name: 'battery_power_w',
    source: 'made up',
    min: -5_000,
    max: 5_000,
    step: 10,
    minIntervalMs: 0,
    writesPerYearMax: 1_000_000_000,
    set: [
      { register: { address: 10, encoding: 'u16' }, value: 2 },
      { register: { address: 11, encoding: 's16', scale: -1 }, value: (setPoint) => setPoint },
    ],
    revert: [
      { register: { address: 11, encoding: 's16', scale: -1 }, value: 0 },
      { register: { address: 10, encoding: 'u16' }, value: 0 },
    ],
  },
  {
    name: 'battery_charge_limit_w',
    source: 'made up',
    min: 0,
    max: 5_000,
    step: 10,
    minIntervalMs: 2_000,
    writesPerYearMax: 1_000_000_000,
    set: [
      {
        register: { address: 20, encoding: 'u16', scale: 10, functionCode: 6 },
        value: (setPoint) => setPoint,
      },
    ],
    revert: [{ register: { address: 20, encoding: 'u16', scale: 10, functionCode: 6 }, value: 10_000 }],
  },
  {
    name: 'active_power_limit_pct',
    source: 'made up',
    min: 0,
    max: 100,
    step: 0.5,
    ratedMax: { name: 'rated', table: 'input', address: 1, encoding: 'u16', min: 1, max: 100 },
    minIntervalMs: 0,
    writesPerYearMax: 1_000_000_000,
    set: [
      { register: { address: 30, encoding: 'u16', scaleRegister: 33 }, value: (setPoint) => setPoint },
      { register: { address: 32, encoding: 'u16' }, value: 1 },
    ],
    revert: [{ register: { address: 32, encoding: 'u16' }, value: 0 }],
    revertTimer: { register: { address: 31, encoding: 'u16' }, maxS: 120 },
  },
  {
    name: 'grid_export_limit_w',
    source: 'made up',
    min: 0,
    max: 5_000,
    step: 1,
    minIntervalMs: 0,
    writesPerYearMax: 1_000_000_000,
    set: [
      {
        block: [
          { register: { address: 40, encoding: 'u16' }, value: (setPoint) => setPoint },
          { register: { address: 41, encoding: 'u16' }, value: 1 },
        ],
      },
    ],
    revert: [
      { register: { address: 41, encoding: 'u16' }, value: 'as_before' },
      { register: { address: 40, encoding: 'u16' }, value: 'as_before' },
    ],
  },
];

/** The limit that its installer has set, of another kind than ours. */
export const installersLimit = { 40: 7_000, 41: 3 } as const;

const defaults: Readonly<Record<number, number>> = {
  10: 0,
  11: 0,
  20: 1_000,
  30: 10_000,
  31: 0,
  32: 0,
  33: 0xfffe,
  ...installersLimit,
};

/** What every write must be within, by address: worked out by hand, not by the code that encodes. */
const withinLimits: Readonly<Record<number, (word: number) => boolean>> = {
  10: (word) => word === 0 || word === 2,
  11: (word) => (word <= 5_000 || word >= 0x10000 - 5_000) && ((word << 16) >> 16) % 10 === 0,
  20: (word) => word <= 500 || word === 1_000,
  30: (word) => word <= 10_000 && word % 50 === 0,
  31: (word) => word >= 1 && word <= 120,
  32: (word) => word <= 1,
  40: (word) => word <= 5_000 || word === installersLimit[40],
  41: (word) => word === 1 || word === installersLimit[41],
};

/** Whose register it is. */
export function controlAt(address: number): string {
  if (address < 20) return 'battery_power_w';
  if (address < 30) return 'battery_charge_limit_w';
  return address < 40 ? 'active_power_limit_pct' : 'grid_export_limit_w';
}

/** A device in virtual time, which remembers all that it was told and can be made to misbehave. */
export class FakeInverter {
  readonly registers = new Map(Object.entries(defaults).map(([address, word]) => [Number(address), word]));
  readonly writes: SeenWrite[] = [];
  /** Written, and not read since. */
  readonly unread = new Set<number>();
  readonly outside: string[] = [];
  /** Taken in order, one a write. */
  faults: (WriteFault | undefined)[] = [];
  isDead = false;
  ratedPct = 100;
  requests = 0;
  lateMs = 2_000;
  /** Hears of each write before it takes effect. */
  beforeWrite: (address: number, word: number) => void = () => undefined;
  /** Virtual time, over all starts of the gateway. */
  nowMs: () => number = () => 0;
  /** Lets virtual time pass. */
  pass: (ms: number, signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  #later: { readonly atMs: number; readonly address: number; readonly word: number }[] = [];
  #timerEndMs = Infinity;
  #rebootingTo = -Infinity;

  /** Whether it decides for itself, in all of its controls. */
  get isBack(): boolean {
    this.#catchUp();
    const at = (address: number): number => this.registers.get(address) ?? NaN;
    const isInstallers = at(40) === installersLimit[40] && at(41) === installersLimit[41];
    return at(10) === 0 && at(20) === 1_000 && at(32) === 0 && isInstallers;
  }

  get access(): RegisterAccess {
    return {
      readRegisters: async ({ table, address, count }, signal) => {
        await this.#answer(signal);
        if (table === 'input') return Uint16Array.of(this.ratedPct);
        const words = Uint16Array.from({ length: count }, (_, index) => {
          this.unread.delete(address + index);
          return this.registers.get(address + index) ?? 0;
        });
        return words;
      },
      writeRegisters: async ({ address, words }, signal) => {
        await this.#answer(signal);
        for (const [index, word] of words.entries()) await this.#take(address + index, word, signal);
      },
    };
  }

  async #answer(signal: AbortSignal): Promise<void> {
    this.requests += 1;
    await this.pass(1, signal);
    this.#catchUp();
    if (!this.isDead && this.nowMs() >= this.#rebootingTo) return;
    await this.#timeOut(signal);
  }

  async #timeOut(signal: AbortSignal): Promise<never> {
    await this.pass(200, signal);
    throw new GatewayError('device_timeout', 'no answer');
  }

  async #take(address: number, word: number, signal: AbortSignal): Promise<void> {
    const fault = this.faults.shift();
    this.beforeWrite(address, word);
    this.writes.push({ atMs: this.nowMs(), address, word });
    if (fault !== 'refuses') this.unread.add(address);
    if (withinLimits[address]?.(word) !== true) this.outside.push(`register ${address} became ${word}`);
    if (fault === undefined) this.#apply(address, word);
    else await this.#misbehave(fault, { address, word, signal });
  }

  async #misbehave(
    fault: WriteFault,
    { address, word, signal }: { address: number; word: number; signal: AbortSignal },
  ): Promise<void> {
    switch (fault) {
      case 'ignores':
        return;
      case 'rounds':
        this.#apply(address, word ^ 1);
        return;
      case 'refuses':
        throw new GatewayError('device_exception', 'illegal data value', { facts: { exception: 3 } });
      case 'applies-and-is-silent':
        this.#apply(address, word);
        await this.#timeOut(signal);
        return;
      case 'is-silent':
        await this.#timeOut(signal);
        return;
      case 'applies-late':
        this.#later.push({ atMs: this.nowMs() + this.lateMs, address, word });
        return;
      case 'reboots':
        for (const [at, value] of Object.entries(defaults)) this.registers.set(Number(at), value);
        this.#rebootingTo = this.nowMs() + 1_000;
        return;
    }
  }

  #apply(address: number, word: number): void {
    this.registers.set(address, word);
    const seconds = this.registers.get(31) ?? 0;
    if (address === 32)
      this.#timerEndMs = word === 1 && seconds > 0 ? this.nowMs() + seconds * 1_000 : Infinity;
  }

  #catchUp(): void {
    for (const { address, word } of this.#later.filter(({ atMs }) => atMs <= this.nowMs())) {
      this.#apply(address, word);
    }
    this.#later = this.#later.filter(({ atMs }) => atMs > this.nowMs());
    if (this.#timerEndMs > this.nowMs()) return;
    this.#timerEndMs = Infinity;
    this.registers.set(32, 0);
  }
}
