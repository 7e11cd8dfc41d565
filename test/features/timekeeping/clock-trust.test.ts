import fc from 'fast-check';
import t from 'tap';
import {
  claimOf,
  supportOf,
  waitMs,
  type ClockClaim,
  type ClockSample,
  type ClockSupport,
} from '../../../gateway/features/timekeeping/clock-rules.ts';
import {
  clockMachine,
  ClockTrust,
  type ClockInput,
  type ClockState,
  type ClockTrustOptions,
} from '../../../gateway/features/timekeeping/clock-trust.ts';
import { nextState } from '../../../gateway/engine/state-machine.ts';

const newestMs = Date.UTC(2026, 5, 1, 12);
const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;

type Said = Pick<ClockSample, 'wallMs' | 'steadyMs'> & Partial<ClockSample>;

/** Nothing speaks for the clock unless said. */
function sample(said: Said): ClockSample {
  return { synchronizedMs: undefined, hardwareMs: undefined, hasTimeService: false, ...said };
}

/** A machine whose clock can be set; it has run for an hour when it is first looked at. */
class Machine {
  readonly trust: ClockTrust;
  steadyMs = hourMs;
  wallMs: number;
  /** Whether a time service sets it right along with every look. */
  isSynchronized = false;
  hasTimeService = false;

  constructor(wallMs: number, options: Partial<ClockTrustOptions> = {}) {
    this.wallMs = wallMs;
    this.trust = new ClockTrust({ newestMs, ...options });
  }

  look() {
    const synchronizedMs = this.isSynchronized ? this.wallMs : undefined;
    const { wallMs, steadyMs, hasTimeService } = this;
    return this.trust.observe(sample({ wallMs, steadyMs, synchronizedMs, hasTimeService }));
  }

  /** Lets time pass in looks of a minute at most; answers what changed on the way. */
  live(forMs: number) {
    const changes = [];
    for (let leftMs = forMs; leftMs > 0; leftMs -= minuteMs) {
      const stepMs = Math.min(leftMs, minuteMs);
      this.wallMs += stepMs;
      this.steadyMs += stepMs;
      const change = this.look();
      if (change !== undefined) changes.push(`${change.from}→${change.to}`);
    }
    return changes;
  }
}

t.test('the machine has a cell for each state and input', (t) => {
  const expected: Record<ClockState, Record<ClockInput, ClockState>> = {
    unset: { believed: 'trusted', stepped: 'unset', returned: 'unset' },
    trusted: { believed: 'trusted', stepped: 'stepped', returned: 'trusted' },
    stepped: { believed: 'trusted', stepped: 'stepped', returned: 'trusted' },
  };
  for (const [state, cells] of Object.entries(expected)) {
    for (const [input, to] of Object.entries(cells)) {
      t.equal(nextState(clockMachine, state as ClockState, input as ClockInput), to, `${state} ${input}`);
    }
  }
  t.end();
});

const claims: readonly [
  said: string,
  wallMs: number,
  expectedMs: number | undefined,
  isStart: boolean,
  ClockClaim,
][] = [
  ['1970', 0, undefined, true, 'impossible'],
  ['the last moment before the program was written', Date.UTC(2026, 0, 1) - 1, undefined, true, 'impossible'],
  ['the first moment of it', Date.UTC(2026, 0, 1), undefined, true, 'near'],
  ['no number', NaN, newestMs, true, 'impossible'],
  ['the year 10000', 253_402_300_800_000, newestMs, true, 'impossible'],
  ['at a start ten minutes before what is stored', newestMs - 10 * minuteMs, newestMs, true, 'near'],
  ['at a start further before it', newestMs - 10 * minuteMs - 1, newestMs, true, 'far'],
  ['at a start a year after it', newestMs + yearMs, newestMs, true, 'near'],
  ['at a start more than that after it', newestMs + yearMs + 2 * dayMs, newestMs, true, 'far'],
  ['in a run a month back', newestMs - 30 * dayMs, newestMs, false, 'near'],
  ['in a run two years ahead', newestMs + 2 * yearMs, newestMs, false, 'far'],
];
for (const [said, wallMs, expectedMs, isStart, claim] of claims) {
  t.test(`a clock that says ${said} claims what is ${claim}`, (t) => {
    t.equal(claimOf(wallMs, expectedMs, isStart), claim);
    t.end();
  });
}

const supports: readonly [what: string, Partial<ClockSample>, stoodMs: number, ClockSupport][] = [
  ['set since it stands there', { synchronizedMs: newestMs - hourMs }, 2 * hourMs, 'time_service'],
  ['set before it was stepped ahead', { synchronizedMs: newestMs - hourMs }, 10 * secondMs, 'nothing'],
  ['set before it was stepped back', { synchronizedMs: newestMs + hourMs }, 2 * hourMs, 'nothing'],
  ['a silent service', { hasTimeService: true }, dayMs, 'silence'],
  ['a clock with a battery', { hardwareMs: newestMs + minuteMs, hasTimeService: true }, 0, 'hardware_clock'],
  ['one that is an hour off', { hardwareMs: newestMs - hourMs, hasTimeService: true }, 0, 'silence'],
  ['nothing at all', {}, dayMs, 'nothing'],
];
for (const [what, evidence, stoodMs, support] of supports) {
  t.test(`${what} counts as ${support}`, (t) => {
    t.equal(supportOf(sample({ wallMs: newestMs, steadyMs: dayMs, ...evidence }), stoodMs), support);
    t.end();
  });
}

t.test('each claim is believed when it has stood for as long as the table says, and no sooner', (t) => {
  const evidence: Record<ClockSupport, (wallMs: number) => Partial<ClockSample>> = {
    time_service: (wallMs) => ({ synchronizedMs: wallMs, hasTimeService: true }),
    hardware_clock: (wallMs) => ({ hardwareMs: wallMs }),
    nothing: () => ({}),
    silence: () => ({ hasTimeService: true }),
  };
  const aheadMs: Record<ClockClaim, number> = { near: dayMs, far: 10 * yearMs, impossible: -100 * yearMs };
  for (const [claim, row] of Object.entries(waitMs)) {
    for (const [support, wait] of Object.entries(row)) {
      const trust = new ClockTrust({ newestMs, offsetMs: newestMs });
      const at = (steadyMs: number) => {
        const wallMs = newestMs + steadyMs + aheadMs[claim as ClockClaim];
        return trust.observe(sample({ wallMs, steadyMs, ...evidence[support as ClockSupport](wallMs) }));
      };
      at(0);
      t.equal(trust.state, wait === 0 ? 'trusted' : 'stepped', `${claim} ${support} at once`);
      if (wait > 0 && Number.isFinite(wait)) {
        at(wait - 1);
        t.equal(trust.state, 'stepped', `${claim} ${support} a moment before`);
      }
      at(Number.isFinite(wait) ? wait : 10 * yearMs);
      t.equal(trust.state, wait === Infinity ? 'stepped' : 'trusted', `${claim} ${support} in the end`);
    }
  }
  t.end();
});

t.test(
  'a start with a plausible clock is believed at once when the machine has been up for five minutes',
  (t) => {
    const machine = new Machine(newestMs + dayMs);
    t.match(machine.look(), { from: 'unset', to: 'trusted', input: 'believed' });
    t.equal(machine.trust.settledMs(machine.steadyMs), newestMs + dayMs);
    t.end();
  },
);

t.test('a start in 1970 is not, and its time goes on from the newest that is stored until it is set', (t) => {
  const machine = new Machine(90 * secondMs);
  machine.look();
  t.equal(machine.trust.state, 'unset');
  t.equal(machine.trust.settledMs(machine.steadyMs), newestMs);
  t.same(machine.live(3 * dayMs), []);
  t.equal(machine.trust.settledMs(machine.steadyMs), newestMs + 3 * dayMs);
  t.equal(machine.trust.doubt?.remainingMs, Infinity);
  machine.wallMs = newestMs + 5 * dayMs;
  machine.isSynchronized = true;
  t.match(machine.look(), { from: 'unset', to: 'trusted', fromMs: undefined, toMs: newestMs + 5 * dayMs });
  t.equal(machine.trust.settledMs(machine.steadyMs), newestMs + 5 * dayMs);
  t.end();
});

t.test(
  'a machine that has just started waits for its time service, and not for one that it does not have',
  (t) => {
    for (const [hasTimeService, forMs] of [
      [false, 5 * minuteMs],
      [true, 2 * dayMs],
    ] as const) {
      const machine = new Machine(newestMs + hourMs);
      machine.steadyMs = 10 * secondMs;
      machine.hasTimeService = hasTimeService;
      machine.look();
      t.equal(machine.trust.state, 'unset');
      t.same(machine.live(forMs - minuteMs), []);
      t.same(machine.live(minuteMs), ['unset→trusted']);
    }
    t.end();
  },
);

t.test('a first start with nothing stored takes the time as it is said to be', (t) => {
  const trust = new ClockTrust({ newestMs: undefined });
  trust.observe(sample({ wallMs: newestMs, steadyMs: secondMs }));
  t.equal(trust.state, 'unset');
  t.equal(trust.settledMs(2 * secondMs), newestMs + secondMs);
  t.end();
});

t.test('drift, a smeared leap second and corrections of minutes make nothing happen', (t) => {
  for (const ppm of [-200, 200]) {
    const machine = new Machine(newestMs);
    machine.look();
    for (let day = 0; day < 400; day += 1) {
      t.same(machine.live(dayMs / 24), []);
      machine.wallMs += (dayMs * ppm) / 1e6;
    }
    machine.wallMs -= 9 * minuteMs;
    t.equal(machine.look(), undefined);
    t.equal(machine.trust.settledMs(machine.steadyMs), machine.wallMs);
  }
  t.end();
});

t.test('a step that stands is believed after its wait and told with both times', (t) => {
  const machine = new Machine(newestMs);
  machine.look();
  machine.wallMs -= hourMs;
  t.match(machine.look(), { from: 'trusted', to: 'stepped', fromMs: newestMs, toMs: newestMs - hourMs });
  t.equal(machine.trust.settledMs(machine.steadyMs), newestMs, 'it goes on as before meanwhile');
  t.same(machine.live(4 * minuteMs), []);
  machine.wallMs += minuteMs;
  machine.steadyMs += minuteMs;
  t.match(machine.look(), {
    from: 'stepped',
    to: 'trusted',
    input: 'believed',
    fromMs: newestMs + 5 * minuteMs,
    toMs: newestMs - hourMs + 5 * minuteMs,
  });
  t.end();
});

t.test('ten years ahead for a day and back is never believed', (t) => {
  const machine = new Machine(newestMs);
  machine.look();
  machine.wallMs += 10 * yearMs;
  t.same(machine.live(dayMs), ['trusted→stepped']);
  t.equal(machine.trust.settledMs(machine.steadyMs), newestMs + dayMs);
  machine.wallMs -= 10 * yearMs;
  t.match(machine.look(), { from: 'stepped', to: 'trusted', input: 'returned' });
  t.end();
});

t.test('a clock that goes on being set begins its wait anew each time', (t) => {
  const machine = new Machine(newestMs);
  machine.look();
  for (let round = 0; round < 10; round += 1) {
    machine.wallMs += hourMs;
    machine.live(4 * minuteMs);
    t.equal(machine.trust.state, 'stepped');
  }
  t.same(machine.live(2 * minuteMs), ['stepped→trusted']);
  t.end();
});

t.test('a run after another on the same machine goes on with what that believed', (t) => {
  const offsetMs = newestMs - hourMs;
  const same = new Machine(newestMs + minuteMs, { offsetMs });
  same.hasTimeService = true;
  t.equal(same.look(), undefined);
  t.equal(same.trust.state, 'trusted');
  const stepped = new Machine(newestMs + dayMs, { offsetMs });
  stepped.look();
  t.equal(stepped.trust.state, 'stepped');
  t.end();
});

t.test('on somebody’s word anything possible is believed', (t) => {
  const at = (wallMs: number) => sample({ wallMs, steadyMs: hourMs, hasTimeService: true });
  const trust = new ClockTrust({ newestMs });
  t.equal(trust.believe(at(0)), false);
  t.equal(trust.state, 'unset');
  t.match(trust.believe(at(newestMs + 10 * yearMs)), { from: 'unset', to: 'trusted' });
  t.end();
});

t.test('a clock that is always right is followed anywhere', (t) => {
  const machine = new Machine(5, { isAlways: true });
  machine.look();
  t.equal(machine.trust.state, 'trusted');
  machine.wallMs += 100 * yearMs;
  t.match(machine.look(), { to: 'trusted', input: 'believed' });
  t.equal(machine.trust.settledMs(machine.steadyMs), machine.wallMs);
  t.end();
});

t.test('whatever a clock does, the time relied on goes on by itself or is what was believed', (t) => {
  const step = fc.record({
    passMs: fc.integer({ min: 0, max: 3 * dayMs }),
    byMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -minuteMs, max: minuteMs }),
      fc.integer({ min: -20 * yearMs, max: 20 * yearMs }),
    ),
    isSynchronized: fc.boolean(),
    hasTimeService: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: newestMs + 20 * yearMs }),
      fc.array(step, { maxLength: 60 }),
      (wallMs, steps) => {
        const machine = new Machine(wallMs);
        machine.look();
        for (const { passMs, byMs, isSynchronized, hasTimeService } of steps) {
          const before = { state: machine.trust.state, settledMs: machine.trust.settledMs(machine.steadyMs) };
          Object.assign(machine, { isSynchronized, hasTimeService });
          machine.steadyMs += passMs;
          machine.wallMs += passMs + byMs;
          const change = machine.look();
          const settledMs = machine.trust.settledMs(machine.steadyMs);
          if (machine.trust.state === 'trusted') {
            if (settledMs !== machine.wallMs) return false;
          } else if (settledMs !== before.settledMs + passMs) return false;
          // No step of more than ten minutes without being told.
          const jumpMs = Math.abs(settledMs - before.settledMs - passMs);
          if (jumpMs > 10 * minuteMs && change === undefined) return false;
        }
        return true;
      },
    ),
  );
  t.end();
});
