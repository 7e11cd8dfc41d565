import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { homewizardP1 } from '../../../gateway/io/sources/homewizard-p1.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import type { HomewizardProduct } from '../../../modbus-sim/services/homewizard-measurement.ts';
import { HomewizardService } from '../../../modbus-sim/services/homewizard-service.ts';
import { noAnswer, SourceBench } from './source-bench.ts';

export const startMs = Date.parse('2026-06-12T10:00:00Z');
/** Options as the schema fills them in. */
export const defaults: OptionValues = {
  host: 'p1meter-0a1b2c.local',
  api: 'auto',
  pair: false,
  measures: 'auto',
  acceptAnyCertificate: false,
};

export interface Opened {
  readonly home: SimulatedHome;
  readonly service: HomewizardService;
  readonly bench: SourceBench;
  readonly reader: SourceReader;
}

/** A HomeWizard of the simulated home, and its reader. */
export function opened(
  options: OptionValues = {},
  product: HomewizardProduct = 'HWE-P1',
  serial = '5c2faf0a1b2c',
): Opened {
  const home = new SimulatedHome({ seed: 3, startMs: startMs - 60_000 });
  const service = new HomewizardService({ home, product, serial, zone: 'Europe/Paris' });
  const bench = new SourceBench(service, startMs);
  return { home, service, bench, reader: homewizardP1.open({ ...defaults, ...options }, bench.ports) };
}

/** It asks anew what the device is then. */
export async function failOnce({ bench, reader }: Opened): Promise<unknown> {
  bench.trouble = () => noAnswer;
  return await reader.read(new AbortController().signal);
}
