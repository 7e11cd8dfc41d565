import { test } from 'tap';
import fc from 'fast-check';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { makePairingCode, normalisePairingCode } from '../../../gateway/features/pairing-code.ts';
import { SetupCode, setupCodeProblem } from '../../../gateway/features/provisioning/setup-code.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';

const path = 'setup-code.json';

void test('a code that was made is good; one that is easy to guess, or is none, is not', (t) => {
  fc.assert(fc.property(fc.constant(undefined), () => setupCodeProblem(makePairingCode()) === undefined));
  for (const bad of [
    ...['7777-7777-7777-7777', '0123456789ABCDEF', 'FEDC-BA98-7654-3210', '1212-1212-1212-1212'],
    ...['7K3M-9QXC-41TZ-HW0', '7K3M-9QXC-41TZ-HW0EE', '7K3M-9QXC-41TZ-HWUE', '', 'AAAA-BBBB-CCCC-DDDD'],
  ])
    t.type(setupCodeProblem(bad), 'string', bad);
  t.equal(setupCodeProblem('7k3m 9qxc 4iTz hwoe'), undefined);
  t.end();
});

void test('it outlives restarts, and is renewed, but not when it is on a label', (t) => {
  const disk = new SimulatedDisk();
  const first = new SetupCode({ disk, path });
  t.equal(new SetupCode({ disk, path }).plain, first.plain);
  t.match(first.forPeople, /^(\w{4}-){3}\w{4}$/);
  t.same(first.secrets(), [normalisePairingCode(first.forPeople), first.forPeople]);
  const before = first.plain;
  first.settle(true);
  t.not(first.plain, before);
  t.equal(new SetupCode({ disk, path }).plain, first.plain);
  const labelled = new SetupCode({ disk, path, labelled: '7k3m-9qxc-41tz-hwoe' });
  labelled.settle(true);
  t.equal(labelled.forPeople, '7K3M-9QXC-41TZ-HW0E');
  t.ok(new SetupCode({ disk, path }).isOnLabel, 'also when nothing says so any more');
  t.end();
});

void test('a code that may have been heard is made anew, also when the power goes in between', (t) => {
  const disk = new SimulatedDisk();
  const shown = new SetupCode({ disk, path });
  shown.offer();
  const { plain } = shown;
  const again = new SetupCode({ disk, path });
  t.equal(again.plain, plain, 'nobody owns it yet: the same');
  again.offer();
  const owned = new SetupCode({ disk, path });
  owned.settle();
  t.not(owned.plain, plain);
  const later = new SetupCode({ disk, path });
  later.settle();
  t.equal(later.plain, owned.plain, 'once');
  later.offer();
  later.settle(false);
  const last = new SetupCode({ disk, path });
  last.settle();
  t.equal(last.plain, owned.plain, 'whoever came in nearby has not said it in the clear');
  t.end();
});

void test('a file that cannot be read or written stops nothing', (t) => {
  for (const text of ['', '{', 'null', '{"formatVersion":1,"code":"short"}', '{"formatVersion":2}']) {
    const disk = new SimulatedDisk();
    disk.files.set(path, text);
    t.equal(setupCodeProblem(new SetupCode({ disk, path }).plain), undefined, text);
  }
  const disk = new SimulatedDisk();
  disk.writeText = () => {
    throw new GatewayError('data_dir_unusable', 'read-only');
  };
  const code = new SetupCode({ disk, path });
  t.equal(setupCodeProblem(code.plain), undefined);
  t.match(code.problem, /read-only/);
  t.end();
});
