import t from 'tap';
import type { BackendFault, BackendTrouble } from '../../sim/backend-fault.ts';
import type { ClockFault } from '../../sim/clock-faults.ts';
import { uplinkBugs, type UplinkBug } from '../../sim/planted-uplink-bug.ts';
import { liveHousehold, patienceMs } from './live.ts';

t.setTimeout(patienceMs);
const startMs = Date.UTC(2026, 2, 27);
const minuteMs = 60_000;
const well = {
  serviceFaults: {},
  receiverFaults: {},
  sources: [],
  restartsPerDay: 0,
} as const;

/** From that minute on, so many minutes. */
function fault(trouble: BackendTrouble, atMinute: number, minutes: number): BackendFault {
  const faultMs = startMs + atMinute * minuteMs;
  return { startMs: faultMs, endMs: faultMs + minutes * minuteMs, trouble };
}

const troubles: readonly BackendTrouble[] = [
  { kind: 'restored' },
  { kind: 'misbehaves', how: 'silent' },
  { kind: 'waits', status: 429, seconds: 60, isDate: false },
  { kind: 'unsynced' },
  { kind: 'misbehaves', how: 'cut' },
  { kind: 'mute' },
  { kind: 'fails', code: 'host_unresolved' },
  { kind: 'repeats' },
  { kind: 'waits', status: 503, seconds: 90, isDate: true },
  { kind: 'misbehaves', how: 'changed_fields' },
  { kind: 'narrow' },
  { kind: 'hangs' },
  { kind: 'misbehaves', how: 'status_400' },
];

t.test(
  'whatever a backend does and whenever the gateway is killed, it has all in the end, once',
  async (t) => {
    const backend = troubles.map((trouble, index) => fault(trouble, 5 + 3 * index, 2));
    const lives = [];
    for (const seed of [1, 2, 1]) {
      const options = {
        ...well,
        sources: ['plug'],
        seed,
        days: 1 / 20,
        restartsPerDay: 100,
        backend,
      } as const;
      const life = await liveHousehold(t, options);
      t.same(life.violations, [], `seed ${seed}`);
      const { committed = 0, delivered = 0, pending = 0, declared, doubled, duplicates } = life.uplink ?? {};
      t.ok(life.restarts > 1 && committed > 300, `${life.restarts} restarts, ${committed} readings`);
      t.equal(delivered + pending, committed);
      t.same({ declared, doubled }, { declared: 0, doubled: 0 });
      t.ok((duplicates ?? 0) > 0, 'and some of it was sent again');
      lives.push(life);
    }
    const [first, other, again] = lives;
    t.equal(again?.hash, first?.hash, 'the same seed, the same life, to the heads of the chain');
    t.not(other?.hash, first?.hash);
  },
);

t.test('a backend that is back is told the newest within 5 s and a commit', async (t) => {
  const backend = [
    fault({ kind: 'fails', code: 'connection_refused' }, 5, 7.3),
    fault({ kind: 'fails', code: 'host_unresolved' }, 50, 11.7),
  ];
  const { violations, uplink } = await liveHousehold(t, { ...well, seed: 5, days: 1 / 20, backend });
  t.same(violations, []);
  const { liveAgainMs = [], committed = 0, delivered } = uplink ?? {};
  t.equal(liveAgainMs.length, 2);
  t.ok(Math.max(...liveAgainMs) <= 15_000, `${String(liveAgainMs)} ms`);
  t.ok(committed > 500);
  t.equal(delivered, committed);
});

t.test('a backend has all in the end though the clock was wrong', async (t) => {
  const clockFaults: readonly ClockFault[] = [
    { kind: 'boot_without_clock', atMs: 8 * minuteMs, lengthMs: 8 * minuteMs },
    { kind: 'step_ten_years', atMs: 22 * minuteMs, lengthMs: 6 * minuteMs },
    { kind: 'step_hour_back', atMs: 34 * minuteMs, lengthMs: 6 * minuteMs },
  ];
  const backend = [fault({ kind: 'fails', code: 'connection_refused' }, 12, 6)];
  const options = { ...well, seed: 6, days: 1 / 24, restartsPerDay: 100, backend, clockFaults };
  const { violations, uplink } = await liveHousehold(t, options);
  t.same(violations, []);
  t.ok((uplink?.delivered ?? 0) > 500);
  t.equal(uplink?.delivered, uplink?.committed);
});

t.test('a home without a backend asks nobody, and one with it lives the same life besides', async (t) => {
  const options = { ...well, seed: 7, days: 1 / 72 };
  const [without, beside] = [
    await liveHousehold(t, options),
    await liveHousehold(t, { ...options, backend: [] }),
  ];
  t.equal(without.uplink, undefined);
  t.equal(without.readings, beside.readings);
  t.ok(beside.events > without.events);
});

const away = [fault({ kind: 'fails', code: 'connection_refused' }, 5, 9)];
/** Where each bug must show. */
const scenes: Readonly<Record<UplinkBug, readonly BackendFault[]>> = {
  'early-prune': away,
  'skipped-batch': [],
  'sleepy-uplink': away,
};

for (const uplinkBug of uplinkBugs) {
  t.test(`a ${uplinkBug} put in on purpose is found`, async (t) => {
    const options = { ...well, seed: 3, days: 1 / 48, backend: scenes[uplinkBug] };
    const { violations } = await liveHousehold(t, { ...options, uplinkBug });
    t.ok(violations.length > 0);
    t.ok(
      violations.every(({ rule }) => rule === 'delivery'),
      JSON.stringify(violations),
    );
  });
}
