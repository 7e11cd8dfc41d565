import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import t, { type Test } from 'tap';
import { readW1 } from '../../../gateway/io/sources/w1-reader.ts';
import { w1Sysfs } from '../../../gateway/io/sources/w1-files.ts';
import { probeFaultKinds, type BoilerFault } from '../../../modbus-sim/boiler/boiler-fault.ts';
import { BoilerRoom } from '../../../modbus-sim/boiler/boiler-room.ts';
import { PelletBoiler } from '../../../modbus-sim/boiler/pellet-boiler.ts';
import { SimulatorError } from '../../../modbus-sim/simulator-error.ts';

const startMs = Date.UTC(2026, 0, 15, 8);

function roomWith(t: Test, faults: readonly BoilerFault[]): BoilerRoom {
  const room = new BoilerRoom(new PelletBoiler({ seed: 7, startMs, faults }), faults);
  t.teardown(() => room.close());
  return room;
}

/** What a gateway reads of each probe: °C, or why not. */
function readProbes({ probesPath }: BoilerRoom): Readonly<Record<string, number | string>> {
  const time = { nowMs: () => 0, sleep: () => undefined };
  const request = { basePath: probesPath, ids: [], sensors: {}, timeMsMax: 1_000 };
  const answers = readW1(request, { files: w1Sysfs, time });
  return Object.fromEntries(
    answers.map(({ id, measurement, fault }) => [id, measurement?.celsius ?? fault ?? '']),
  );
}

t.test('each fault of a probe is one that a gateway can tell, and ends', (t) => {
  const faults: BoilerFault[] = probeFaultKinds.map((kind, index) => ({
    kind,
    probe: 'flue',
    startMs: startMs + index * 60_000,
    endMs: startMs + index * 60_000 + 30_000,
  }));
  const room = roomWith(t, faults);
  const seen = faults.map(({ startMs: fromMs, endMs }) => {
    room.show(fromMs);
    const during = readProbes(room);
    t.equal(typeof during['28-00000a69bebf'], 'number', 'the water’s goes on');
    room.show(endMs);
    t.equal(typeof readProbes(room)['28-00000a6c1d02'], 'number', 'mended');
    return during['28-00000a6c1d02'];
  });
  t.same(seen, [undefined, 'no_answer', 'all_zero', 'not_converted']);
  t.end();
});

t.test('a silent converter is on no address', (t) => {
  const room = roomWith(t, [{ kind: 'clamps-silent', startMs: startMs + 1_000, endMs: startMs + 2_000 }]);
  t.equal(basename(room.clampsPath), 'i2c-1-clamps.json');
  const addresses = [0, 1_000, 2_000].map((afterMs) => {
    room.show(startMs + afterMs);
    return Object.keys(JSON.parse(readFileSync(room.clampsPath, 'utf8')) as object);
  });
  t.same(addresses, [['72'], [], ['72']]);
  t.end();
});

t.test('no place for the folder is said in one line', (t) => {
  const { TMPDIR } = process.env;
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  });
  process.env['TMPDIR'] = '/nowhere';
  const make = (): BoilerRoom => new BoilerRoom(new PelletBoiler({ seed: 7, startMs }));
  t.throws(make, /^no folder for the boiler room in \/nowhere \(TMPDIR\): ENOENT/);
  t.throws(make, SimulatorError);
  t.end();
});
