import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import type { StoredPhase } from '../../gateway/storage/boiler-calls.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { openScratch, startMs } from './scratch.ts';
import { damageOf, scratchDirectory } from './upkeep/history.ts';

const minuteMs = 60_000;
const boiler = 'boiler';
const letters: Readonly<Record<string, string>> = { h: 'hold', c: 'combustion', i: 'ignition', s: 'stop' };

function at(minute: number): number {
  return startMs + minute * minuteMs;
}

/** A letter a minute, `.` for nothing: spans of what is known. */
function spansOf(minutes: string, from = 0): readonly StoredPhase[] {
  const spans: StoredPhase[] = [];
  for (const [index, letter] of Array.from(minutes).entries()) {
    const phase = letters[letter];
    const startMs = at(from + index);
    const last = spans.at(-1);
    if (phase === undefined) continue;
    if (last?.endMs === startMs && last.phase === phase)
      spans[spans.length - 1] = { ...last, endMs: startMs + minuteMs };
    else spans.push({ startMs, endMs: startMs + minuteMs, phase });
  }
  return spans;
}

/** The same, each minute by itself. */
function minutesOf(minutes: string, from: number): readonly StoredPhase[] {
  return Array.from(minutes).flatMap((letter, index) => spansOf(letter, from + index));
}

function put(service: DatabaseService, from: number, minutes: string, name = boiler): void {
  const bounds = { fromMs: at(from), toMs: at(from + minutes.length) };
  service.putPhases({ boiler: name, ...bounds, spans: minutesOf(minutes, from) });
}

function all(service: DatabaseService, name = boiler): readonly StoredPhase[] {
  return service.listPhases({ boiler: name, fromMs: 0, toMs: at(10_000), rowsMax: 10_000 }).spans;
}

const cases: readonly (readonly [name: string, before: string, from: number, put: string, after: string])[] =
  [
    ['the first ever', '', 0, 'hhc', 'hhc'],
    ['what goes on is one span', 'hhc', 3, 'cc', 'hhccc'],
    ['another phase is a span of its own', 'hhc', 3, 's', 'hhcs'],
    ['a hole stays a hole', 'hh', 4, 'hh', 'hh..hh'],
    ['a hole that is filled makes one of three', 'hh.hh', 2, 'h', 'hhhhh'],
    ['before what there was', '..hh', 0, 'hh', 'hhhh'],
    ['a span is split', 'hhhhhh', 2, 'cc', 'hhcchh'],
    ['and is joined again', 'hhcchh', 2, 'hh', 'hhhhhh'],
    ['a span is cut at its start', 'hhhh', 0, 'cc', 'cchh'],
    ['a span is cut at its end', 'hhhh', 2, 'cc', 'hhcc'],
    ['what reaches in from the left grows', 'hhcc', 2, 'hc', 'hhhc'],
    ['what reaches in from the right grows', 'hhcc', 1, 'c', 'hccc'],
    ['many are replaced by one', 'hcisch', 1, 'ssss', 'hssssh'],
    ['one is replaced by many', 'hhhhhh', 0, 'hcisch', 'hcisch'],
    ['over both ends of what there was', '.ci.', 0, 'ssss', 'ssss'],
    ['the same again', 'hci', 0, 'hci', 'hci'],
  ];

t.test('a put range is what was put, and the rest stays, neighbours of one phase as one', (t) => {
  const service = openScratch(scratchDirectory(t));
  put(service, 0, 'iiiiii', 'another');
  for (const [name, before, from, minutes, after] of cases) {
    for (const span of spansOf(before))
      service.putPhases({ boiler: name, fromMs: span.startMs, toMs: span.endMs, spans: [span] });
    put(service, from, minutes, name);
    t.same(all(service, name), spansOf(after), name);
    t.equal(service.phasesEndMs(name), at(after.length), name);
  }
  t.same(all(service, 'another'), spansOf('iiiiii'), 'of another boiler nothing changes');
  t.equal(damageOf(service), null);
  service.close();
  t.end();
});

t.test('spans that do not fill their range on the minute are refused, and nothing is changed', (t) => {
  const service = openScratch(scratchDirectory(t));
  put(service, 0, 'hhcc');
  const hold = (from: number, to: number): StoredPhase => ({
    startMs: at(from),
    endMs: at(to),
    phase: 'hold',
  });
  const range = { boiler, fromMs: at(1), toMs: at(5) };
  const many = Array.from({ length: limits.phaseSpansMax + 1 }, (_, index) => hold(index, index + 1));
  const refused: Readonly<Record<string, Parameters<DatabaseService['putPhases']>[0]>> = {
    'no spans': { ...range, spans: [] },
    'no range': { ...range, toMs: at(1), spans: [] },
    'a range turned round': { ...range, toMs: at(0), spans: [hold(1, 0)] },
    'too short': { ...range, spans: [hold(1, 4)] },
    'too long': { ...range, spans: [hold(1, 6)] },
    'from before the range': { ...range, spans: [hold(0, 5)] },
    'from after its start': { ...range, spans: [hold(2, 5)] },
    'with a hole': { ...range, spans: [hold(1, 2), hold(3, 5)] },
    'that overlap': { ...range, spans: [hold(1, 3), hold(2, 5)] },
    'in no order': { ...range, spans: [hold(3, 5), hold(1, 3)] },
    'one of no length': { ...range, spans: [hold(1, 1), hold(1, 5)] },
    'off the minute': { ...range, fromMs: at(1) + 1, spans: [{ ...hold(1, 5), startMs: at(1) + 1 }] },
    'parted off the minute': {
      ...range,
      spans: [
        { ...hold(1, 2), endMs: at(2) + 1 },
        { ...hold(2, 5), startMs: at(2) + 1 },
      ],
    },
    'of no time': { ...range, toMs: NaN, spans: [{ ...hold(1, 5), endMs: NaN }] },
    'before 1970': { ...range, fromMs: -minuteMs, spans: [{ ...hold(1, 5), startMs: -minuteMs }] },
    'after 9999': {
      ...range,
      toMs: 253_402_300_800_000,
      spans: [{ ...hold(1, 5), endMs: 253_402_300_800_000 }],
    },
    'without a name': { ...range, spans: [{ ...hold(1, 5), phase: '' }] },
    'with a long name': { ...range, spans: [{ ...hold(1, 5), phase: 'x'.repeat(101) }] },
    'of no boiler': { ...range, boiler: '', spans: [hold(1, 5)] },
    'too many': { boiler, fromMs: at(0), toMs: at(many.length), spans: many },
  };
  for (const [title, given] of Object.entries(refused)) {
    t.throws(() => service.putPhases(given), { code: 'input_invalid' }, title);
    t.same(all(service), spansOf('hhcc'), title);
  }
  service.close();
  t.end();
});

t.test('a page has what touches its range, whole, and says where the next one begins', (t) => {
  const service = openScratch(scratchDirectory(t));
  put(service, 0, 'hhhccci');
  put(service, 8, 'ss');
  const page = (from: number, to: number, rowsMax: number): unknown =>
    service.listPhases({ boiler, fromMs: at(from), toMs: at(to), rowsMax });
  const spans = spansOf('hhhccci.ss');
  t.same(page(0, 10, 4), { spans });
  t.same(page(1, 2, 9), { spans: spans.slice(0, 1) }, 'from within a span');
  t.same(page(3, 6, 9), { spans: spans.slice(1, 2) }, 'ends are not in it');
  t.same(page(2, 7, 9), { spans: spans.slice(0, 3) });
  t.same(page(7, 8, 9), { spans: [] }, 'a hole');
  t.same(page(5, 5, 9), { spans: [] }, 'an empty range');
  t.same(page(1, 10, 2), { spans: spans.slice(0, 2), nextFromMs: at(6) });
  t.same(page(6, 10, 2), { spans: spans.slice(2) });
  t.same(service.listPhases({ boiler: 'another', fromMs: 0, toMs: at(99), rowsMax: 9 }), { spans: [] });
  t.equal(service.phasesEndMs('another'), null);
  service.close();
  t.end();
});

t.test('those that ended by then go, so many a call, and one that reaches over it stays whole', (t) => {
  const service = openScratch(scratchDirectory(t));
  const days = 'hc'.repeat(2_200);
  put(service, 0, days);
  put(service, 0, 'hc', 'another');
  t.equal(service.prunePhases({ boiler, beforeMs: at(3_000) }), 2_000);
  t.equal(service.prunePhases({ boiler, beforeMs: at(3_000) }), 1_000);
  t.equal(service.prunePhases({ boiler, beforeMs: at(3_000) }), 0);
  t.same(all(service)[0], spansOf('h', 3_000)[0]);
  put(service, 3_000, 'hhhh');
  t.equal(service.prunePhases({ boiler, beforeMs: at(3_003) }), 0);
  t.equal(service.prunePhases({ boiler, beforeMs: at(3_004) }), 0, 'the next minute is of the same phase');
  t.equal(service.prunePhases({ boiler, beforeMs: at(3_005) }), 1);
  t.same(all(service, 'another'), spansOf('hc'));
  service.close();
  t.end();
});

t.test('what says the same again writes nothing, and a minute more writes one page', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  put(service, 0, 'hc'.repeat(500));
  const { walBytes } = service.databaseStatus();
  put(service, 0, 'hc'.repeat(500));
  put(service, 400, 'hchc');
  t.equal(service.prunePhases({ boiler, beforeMs: at(0) }), 0);
  t.equal(service.databaseStatus().walBytes, walBytes);
  put(service, 1_000, 'c');
  const { walBytes: after } = service.databaseStatus();
  // One frame of a log: a page and 24 bytes.
  t.equal(after - walBytes, 4_096 + 24);
  service.close();
  t.end();
});

t.test('a row that is not what was written is never served', (t) => {
  const directory = scratchDirectory(t);
  const service = openScratch(directory);
  put(service, 0, 'hhcc');
  service.close();
  const file = new Sqlite(join(directory, 'egw.db'));
  file.exec(`UPDATE boiler_phase SET phase = 'stop' WHERE start_ms = ${at(0)}`);
  file.close();
  const again = openScratch(directory);
  t.throws(() => all(again), { code: 'database_unreadable' });
  t.same(all(again), spansOf('..cc'), 'what is intact is salvaged');
  t.match(again.salvageNote(), { tables: ['boiler_phase'] });
  put(again, 0, 'hhcc');
  t.same(all(again), spansOf('hhcc'));
  again.close();
  t.end();
});

t.test('after any puts, prunings and restarts the phases are as a minute by minute model has them', (t) => {
  const step = fc.record({
    does: fc.constantFrom('put', 'put', 'put', 'put', 'prune', 'restart'),
    from: fc.nat(40),
    minutes: fc.stringMatching(/^[hci]{1,15}$/),
  });
  const directory = scratchDirectory(t);
  let service = openScratch(directory);
  let runs = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      runs += 1;
      const name = `boiler-${runs}`;
      let model = Array.from({ length: 60 }, () => '.');
      for (const { does, from, minutes } of steps) {
        if (does === 'put') {
          put(service, from, minutes, name);
          model.splice(from, minutes.length, ...Array.from(minutes));
        } else if (does === 'prune') {
          service.prunePhases({ boiler: name, beforeMs: at(from) });
          const kept = spansOf(model.join('')).filter(({ endMs }) => endMs > at(from));
          model = model.map((letter, index) =>
            kept.some((span) => span.startMs <= at(index) && span.endMs > at(index)) ? letter : '.',
          );
        } else {
          service.close();
          service = openScratch(directory);
        }
        const expected = spansOf(model.join(''));
        assert.deepEqual(all(service, name), expected);
        assert.equal(service.phasesEndMs(name), expected.at(-1)?.endMs ?? null);
        const range = { fromMs: at(from), toMs: at(from + minutes.length) };
        assert.deepEqual(pages(service, name, range), touching(expected, range));
      }
    }),
    { numRuns: 40 },
  );
  service.close();
  t.end();
});

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

function touching(spans: readonly StoredPhase[], { fromMs, toMs }: Range): readonly StoredPhase[] {
  return spans.filter((span) => span.startMs < toMs && span.endMs > fromMs);
}

/** Read two at a time. */
function pages(service: DatabaseService, name: string, { fromMs, toMs }: Range): readonly StoredPhase[] {
  const found: StoredPhase[] = [];
  for (let nextMs: number | undefined = fromMs; nextMs !== undefined;) {
    const page = service.listPhases({ boiler: name, fromMs: nextMs, toMs, rowsMax: 2 });
    found.push(...page.spans);
    nextMs = page.nextFromMs;
  }
  return found;
}
