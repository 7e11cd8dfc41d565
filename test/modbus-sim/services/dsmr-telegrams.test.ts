import t from 'tap';
import { dsmrAnswer } from '../../../gateway/io/sources/dsmr-answer.ts';
import { DsmrStream } from '../../../gateway/io/sources/dsmr-stream.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { crc16Arc } from '../../../modbus-sim/services/crc16-arc.ts';
import { dsmrTelegram } from '../../../modbus-sim/services/dsmr-telegrams.ts';
import { p1Readings } from '../../../modbus-sim/services/p1-readings.ts';

const zone = 'Europe/Paris';
const startMs = Date.parse('2026-06-12T00:00:00Z');

function home(): SimulatedHome {
  return new SimulatedHome({ seed: 11, startMs });
}

t.test('the checksum is CRC-16/ARC', (t) => {
  t.equal(crc16Arc(Buffer.from('123456789')), 0xbb3d);
  t.end();
});

for (const variant of ['nl-5', 'nl-3', 'be', 'se'] as const) {
  t.test(`a telegram of ${variant} is a telegram, and says what the home does, by day and by night`, (t) => {
    const simulated = home();
    for (let nowMs = startMs; nowMs < startMs + 86_400_000; nowMs += 3_600_000) {
      const text = dsmrTelegram(p1Readings(simulated, nowMs), { variant, zone });
      t.match(text, /^\/[A-Z][A-Za-z]{2}5[^\r\n]*\r\n\r\n(?:[^\r\n]+\r\n)+![0-9A-F]*\r\n$/);
      const [telegram] = new DsmrStream().push(Buffer.from(text, 'latin1'));
      if (telegram === undefined) throw new Error(`no telegram: ${text}`);
      const said = new Map(
        dsmrAnswer(telegram, { zone, nowMs }).values.map(({ quantity, value }) => [quantity, value]),
      );
      const { gridW, importWh, exportWh } = simulated.truth();
      t.equal(said.get('grid_power_w'), gridW);
      t.equal(said.get('grid_import_kwh'), Math.floor(importWh) / 1000);
      t.equal(said.get('grid_export_kwh'), Math.floor(exportWh) / 1000);
      if (variant !== 'se') t.ok(said.has('gas_m3'));
    }
    t.end();
  });
}

t.test('each tariff only grows, and one of them holds', (t) => {
  const simulated = home();
  let before = p1Readings(simulated, startMs);
  const tariffs = new Set<number>();
  for (let nowMs = startMs; nowMs < startMs + 86_400_000; nowMs += 600_000) {
    const now = p1Readings(simulated, nowMs);
    tariffs.add(now.tariff);
    for (const index of [0, 1] as const) {
      t.ok(now.importWh[index] >= before.importWh[index]);
      t.ok(now.exportWh[index] >= before.exportWh[index]);
    }
    t.ok(now.gasM3 >= before.gasM3);
    before = now;
  }
  t.strictSame([...tariffs].sort(), [1, 2]);
  t.end();
});
