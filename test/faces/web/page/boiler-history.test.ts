import t from 'tap';
import { BoilerHistory } from '../../../../gateway/faces/web/page/boiler-history.ts';
import type { BoilerMinuteRow } from '../../../../gateway/faces/web/page/boiler-types.ts';
import type { Span } from '../../../../gateway/faces/web/page/chart-ranges.ts';
import { hourMs, minuteMs, nowMs } from './known-boiler.ts';

const rowsOf = ({ fromMs, toMs }: Span): BoilerMinuteRow[] => {
  const rows: BoilerMinuteRow[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += minuteMs) {
    rows.push({ startMs, endMs: startMs + minuteMs, phase: 'hold', inputs: {} });
  }
  return rows;
};

function historyOf(minutes: (span: Span) => Promise<readonly BoilerMinuteRow[]>): {
  readonly history: BoilerHistory;
  readonly asked: Span[];
} {
  const asked: Span[] = [];
  const client = {
    minutes: (span: Span) => {
      asked.push(span);
      return minutes(span);
    },
    events: () => Promise.resolve([]),
  };
  return { history: new BoilerHistory(client), asked };
}

const spanAt = (atMs: number): Span => ({ fromMs: atMs - 4 * hourMs, toMs: atMs });

t.test('a week on the wall keeps four hours, and asks for a few minutes each time', async (t) => {
  const { history, asked } = historyOf((span) => Promise.resolve(rowsOf(span)));
  for (let atMs = nowMs; atMs < nowMs + 7 * 24 * hourMs; atMs += minuteMs) {
    await history.load('4h', spanAt(atMs), atMs);
    if (history.minutes.length !== 240) t.fail(`${history.minutes.length} minutes`);
  }
  const whole = asked.filter(({ fromMs, toMs }) => toMs - fromMs === 4 * hourMs);
  t.equal(whole.length, 7 * 48, 'all of it each half hour');
  const others = asked.filter(({ fromMs, toMs }) => toMs - fromMs < 4 * hourMs);
  t.ok(others.every(({ fromMs, toMs }) => toMs - fromMs === 11 * minuteMs));
  t.same(history.minutes[0]?.startMs, history.span?.fromMs);
});

t.test('of something else nothing is kept, and its late answer changes nothing', async (t) => {
  const answers: (() => void)[] = [];
  const { history } = historyOf(
    (span) => new Promise((resolve) => answers.push(() => resolve(rowsOf(span)))),
  );
  const first = history.load('4h', spanAt(nowMs), nowMs);
  const day = { fromMs: nowMs - 48 * hourMs, toMs: nowMs - 24 * hourMs };
  const second = history.load('day', day, nowMs);
  answers[1]?.();
  t.equal(await second, true);
  answers[0]?.();
  t.equal(await first, false);
  t.equal(history.minutes.length, 1_440);
  t.same(history.span, day);
});

t.test('a question that fails leaves what was known', async (t) => {
  let isDown = false;
  const { history } = historyOf((span) =>
    isDown ? Promise.reject(new Error('down')) : Promise.resolve(rowsOf(span)),
  );
  await history.load('4h', spanAt(nowMs), nowMs);
  isDown = true;
  await t.rejects(history.load('4h', spanAt(nowMs + minuteMs), nowMs + minuteMs));
  t.equal(history.minutes.length, 240);
  isDown = false;
  await history.load('4h', spanAt(nowMs + hourMs), nowMs + hourMs);
  t.equal(history.minutes.length, 240);
});
