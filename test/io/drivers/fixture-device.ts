import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type {
  RegisterRange,
  RegisterTransport,
  TransportCounters,
} from '../../../gateway/io/transports/transport.ts';

/** Words by `table:address`, hexadecimal, in wire order from that address. */
type Registers = Readonly<Record<string, string>>;

/** The first case is whole; each later one says what differs from it. */
interface FixtureCase {
  readonly title: string;
  /** Addresses that the device refuses: `holding:10`, or `holding:10-19`. */
  readonly without?: readonly string[];
  readonly registers: Registers;
  /** By quantity; null when it is missing. */
  readonly expected: Readonly<Record<string, number | null>>;
  /** Quantities of the first case that this device does not have. */
  readonly absent?: readonly string[];
}

export interface Fixture {
  readonly serialNumber: string;
  /** Where the driver has them. */
  readonly model?: string;
  readonly firmware?: string;
  readonly cases: readonly FixtureCase[];
}

export function readFixture(driverId: string): Fixture {
  const url = new URL(`fixtures/${driverId}.json`, import.meta.url);
  const fixture = JSON.parse(readFileSync(url, 'utf8')) as Fixture;
  const [first] = fixture.cases;
  assert(first !== undefined, `${driverId}.json has a case`);
  return {
    ...fixture,
    cases: fixture.cases.map((each) => ({
      ...each,
      registers: { ...first.registers, ...each.registers },
      expected: expectedOf(first, each),
    })),
  };
}

function expectedOf(first: FixtureCase, { expected, absent = [] }: FixtureCase): FixtureCase['expected'] {
  const all = Object.entries({ ...first.expected, ...expected });
  return Object.fromEntries(all.filter(([quantity]) => !absent.includes(quantity)));
}

/** A device with these registers: it refuses every request that touches another, and can be made to fail. */
export class FixtureDevice implements RegisterTransport {
  readonly address = 'fixture';
  readonly words = new Map<string, number>();
  readonly requests: RegisterRange[] = [];
  /** Instead of an answer, per request. */
  failure: ((range: RegisterRange) => GatewayError | undefined) | undefined;

  constructor({ registers, without = [] }: Pick<FixtureCase, 'registers' | 'without'>) {
    for (const [from, hex] of Object.entries(registers)) {
      const [table = '', address = ''] = from.split(':');
      hex.split(' ').forEach((word, index) => {
        this.words.set(`${table}:${Number(address) + index}`, Number.parseInt(word, 16));
      });
    }
    for (const refused of without) {
      const [, table = '', from = '', to = from] = /^(\w+):(\d+)(?:-(\d+))?$/.exec(refused) ?? [];
      assert(table !== '', `${refused} is table:address or table:first-last`);
      for (let address = Number(from); address <= Number(to); address += 1)
        this.words.delete(`${table}:${address}`);
    }
  }

  async readRegisters(_unit: number, range: RegisterRange): Promise<Uint16Array> {
    this.requests.push(range);
    const failure = this.failure?.(range);
    if (failure !== undefined) throw failure;
    const words = Array.from({ length: range.count }, (_, index) =>
      this.words.get(`${range.table}:${range.address + index}`),
    );
    if (words.includes(undefined)) throw exception(2);
    return Uint16Array.from(words as number[]);
  }

  writeRegisters(): never {
    throw new assert.AssertionError({ message: 'nobody writes to a fixture' });
  }

  isConnected(): boolean {
    return true;
  }

  /** Requests only: the rest is the transports' own affair. */
  counters(): TransportCounters {
    return {
      requests: this.requests.length,
      replies: 0,
      exceptions: 0,
      timeouts: 0,
      framesInvalid: 0,
      repliesLate: 0,
      connects: 1,
      connectFailures: 0,
    };
  }

  close(): void {
    this.words.clear();
  }
}

export function exception(code: number): GatewayError {
  return new GatewayError(
    code === 5 || code === 6 ? 'device_busy' : 'device_exception',
    `exception ${code}`,
    {
      facts: { exception: code },
    },
  );
}
