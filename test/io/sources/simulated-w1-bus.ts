import { basename, dirname } from 'node:path';
import type { BlockingTime } from '../../../gateway/io/sources/blocking-kinds.ts';
import type { W1Files } from '../../../gateway/io/sources/w1-files.ts';
import { w1Text } from './w1-text.ts';

interface SimulatedProbe {
  celsius: number;
  bits?: number;
  /** A clone that ignores what is written. */
  isFixed?: boolean;
  /** What the next reads say instead. */
  readonly instead: (string | Error)[];
}

const conversionMs: Readonly<Record<number, number>> = { 9: 95, 10: 190, 11: 375, 12: 750 };

/** The w1_therm driver's files as Documentation/w1/slaves/w1_therm.rst has them, on a clock that reads move. */
export class SimulatedW1Bus implements W1Files {
  readonly basePath = '/sys/bus/w1/devices';
  readonly probes = new Map<string, SimulatedProbe>();
  /** Other entries of the folder. */
  readonly others: string[] = ['w1_bus_master1'];
  /** Undefined: a kernel before 5.10. An error: no right to write. */
  bulk: 'works' | Error | undefined;
  readonly log: string[] = [];
  nowMs = 0;
  readonly time: BlockingTime = { nowMs: () => this.nowMs, sleep: (forMs) => void (this.nowMs += forMs) };
  #bulkUntilMs: number | undefined;
  readonly #converted = new Set<string>();

  add(id: string, celsius: number, more: Omit<Partial<SimulatedProbe>, 'celsius'> = {}): SimulatedProbe {
    const probe: SimulatedProbe = { instead: [], ...more, celsius };
    this.probes.set(id, probe);
    return probe;
  }

  list(path: string): readonly string[] {
    if (path !== this.basePath) throw systemError('ENOENT');
    return [...this.others, ...this.probes.keys()];
  }

  read(path: string): string {
    if (basename(path) === 'therm_bulk_read') return this.#bulkState();
    const id = basename(dirname(path));
    this.log.push(id);
    const probe = this.probes.get(id);
    if (probe === undefined) throw systemError('ENOENT');
    const isBulk = this.#bulkUntilMs !== undefined && this.#bulkUntilMs > this.nowMs;
    if (isBulk) return '';
    const bits = probe.bits ?? 12;
    if (!this.#converted.delete(id)) this.nowMs += conversionMs[bits] ?? 0;
    this.nowMs += 15;
    const instead = probe.instead.shift();
    if (instead instanceof Error) throw instead;
    return (
      instead ?? w1Text({ units: Math.round(probe.celsius * 16), configuration: ((bits - 9) << 5) | 0x1f })
    );
  }

  write(path: string, text: string): void {
    this.log.push(`${path.slice(this.basePath.length + 1)} ${text.trim()}`);
    if (basename(path) === 'therm_bulk_read') this.#trigger();
    else this.#setBits(basename(dirname(path)), Number(text));
  }

  #trigger(): void {
    if (this.bulk === undefined) throw systemError('ENOENT');
    if (this.bulk !== 'works') throw this.bulk;
    this.#bulkUntilMs = this.nowMs + 750;
    for (const id of this.probes.keys()) this.#converted.add(id);
  }

  #bulkState(): string {
    if (this.#bulkUntilMs === undefined) return '0\n';
    return this.#bulkUntilMs > this.nowMs ? '-1\n' : '1\n';
  }

  #setBits(id: string, bits: number): void {
    const probe = this.probes.get(id);
    if (probe === undefined) throw systemError('ENOENT');
    if (probe.isFixed !== true) probe.bits = bits;
  }
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: of the test`), { code });
}
