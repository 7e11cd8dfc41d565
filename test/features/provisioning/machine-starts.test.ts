import { test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { afterStart, MachineStarts } from '../../../gateway/features/provisioning/machine-starts.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';

void test('what a start of the machine means after those before it', (t) => {
  const first = { start: undefined, hasLasted: true, inRow: 0 };
  const lasted = { start: 'a', hasLasted: true, inRow: 1 };
  const short = { start: 'a', hasLasted: false, inRow: 1 };
  const twice = { start: 'a', hasLasted: false, inRow: 2 };
  const rows = [
    [first, 'a', { isNew: false, isGesture: false, facts: short }],
    [lasted, 'a', { isNew: false, isGesture: false, facts: lasted }],
    [lasted, 'b', { isNew: true, isGesture: false, facts: { ...short, start: 'b' } }],
    [short, 'a', { isNew: false, isGesture: false, facts: short }],
    [short, 'b', { isNew: true, isGesture: false, facts: { ...twice, start: 'b' } }],
    [twice, 'b', { isNew: true, isGesture: true, facts: { start: 'b', hasLasted: true, inRow: 3 } }],
  ] as const;
  for (const [before, start, expected] of rows) t.same(afterStart(before, start), expected);
  t.end();
});

void test('it is kept over restarts of the gateway, and means nothing where it cannot be kept', (t) => {
  const disk = new SimulatedDisk();
  const started = (start: string): unknown => new MachineStarts(disk, 'starts.json').started(start);
  t.same(started('a'), { isPowerCycle: false, isGesture: false });
  t.same(started('b'), { isPowerCycle: true, isGesture: false });
  t.same(started('b'), { isPowerCycle: false, isGesture: false });
  t.same(started('c'), { isPowerCycle: true, isGesture: true });
  for (const text of ['', '{', 'null', '{"start":1,"inRow":9}']) {
    disk.files.set('starts.json', text);
    t.same(started('d'), { isPowerCycle: false, isGesture: false }, text);
  }
  disk.writeText = () => {
    throw new GatewayError('data_dir_unusable', 'read-only');
  };
  t.same(started('e'), { isPowerCycle: false, isGesture: false });
  t.end();
});
