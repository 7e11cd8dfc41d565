import t from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import { tempo } from '../../../gateway/io/sources/tempo.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { TempoService, type TempoServiceOptions } from '../../../modbus-sim/services/tempo-service.ts';
import { doubleNames, noAnswer, SourceBench, textOf, valueOf } from './source-bench.ts';

const { signal } = new AbortController();
const minuteMs = 60_000;
const clientId = 'house';
const clientSecret = 'secret-of-the-house';
const all = ['rte', 'rte-public', 'couleur-tempo'];

/** A time in France in winter. */
function at(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00+01:00`);
}

interface House {
  readonly bench: SourceBench;
  readonly service: TempoService;
  readonly reader: SourceReader;
}

function opened(
  nowMs: number,
  service: Partial<TempoServiceOptions> = {},
  options: OptionValues = {},
): House {
  const simulated = new TempoService({ seed: 4, clientId, clientSecret, ...service });
  const bench = new SourceBench(simulated, nowMs);
  return { bench, service: simulated, reader: tempo.open({ ...settings, ...options }, bench.ports) };
}

const settings: OptionValues = {
  providers: all,
  rteClientId: clientId,
  rteClientSecret: clientSecret,
  rteBaseUrl: 'https://digital.iservices.rte-france.com',
  rtePublicBaseUrl: 'https://www.services-rte.com',
  couleurTempoBaseUrl: 'https://www.api-couleur-tempo.fr/api',
};

const codes = { BLUE: 1, WHITE: 2, RED: 3 } as const;

/** Who was asked, in order. */
function askedOf(bench: SourceBench): readonly string[] {
  return bench.requests.splice(0).map(({ url }) => {
    if (url.includes('/token/')) return 'token';
    if (url.includes('tempo_like')) return 'rte';
    return url.includes('services-rte') ? 'rte-public' : 'couleur-tempo';
  });
}

t.test('a day runs from 06:00 to 06:00, whoever is asked', async (t) => {
  for (const provider of all) {
    const house = opened(at('2026-01-14', '02:00'), {}, { providers: [provider] });
    const night = await house.reader.read(signal);
    t.equal(textOf(night, 'today.day'), '2026-01-13', provider);
    t.equal(textOf(night, 'tomorrow.day'), '2026-01-14');
    t.equal(textOf(night, 'season'), '2025-2026');
    if (provider === 'rte-public') continue; // It speaks of today and tomorrow of the calendar only.
    t.match(valueOf(night, 'tempo_today_colour'), {
      value: codes[house.service.colourOf('2026-01-13')],
      quality: 'good',
    });
    house.bench.nowMs = at('2026-01-14', '06:00');
    const morning = await house.reader.read(signal);
    t.equal(textOf(morning, 'today.day'), '2026-01-14');
    t.match(valueOf(morning, 'tempo_today_colour'), { value: codes[house.service.colourOf('2026-01-14')] });
    t.same(doubleNames(morning), []);
  }
});

t.test('a colour that is not published is missing, never blue', async (t) => {
  const { bench, reader } = opened(at('2026-01-14', '08:00'));
  const answer = await reader.read(signal);
  t.match(valueOf(answer, 'tempo_tomorrow_colour'), { value: Number.NaN, quality: 'missing' });
  t.equal(textOf(answer, 'tomorrow.colour'), 'unknown');
  t.equal(textOf(answer, 'tomorrow.possible'), 'blue white red');
  t.same(askedOf(bench), ['token', 'rte', 'rte'], 'the second one is the season');
});

t.test('on a plain day three questions suffice, and nothing is asked in between', async (t) => {
  const { bench, reader, service } = opened(at('2026-01-14', '06:00'));
  await reader.read(signal);
  askedOf(bench);
  const asked: string[] = [];
  for (let atMs = at('2026-01-14', '06:05'); atMs < at('2026-01-15', '12:00'); atMs += 5 * minuteMs) {
    bench.nowMs = atMs;
    await reader.read(signal);
    const time = new Date(atMs + 60 * minuteMs).toISOString().slice(11, 16);
    asked.push(...askedOf(bench).map((who) => `${time} ${who}`));
  }
  const times = ['11:05', '20:05', '06:00', '11:05'];
  t.same(
    asked,
    times.flatMap((time) => [`${time} token`, `${time} rte`]),
  );
  t.equal(service.logins, 5, 'a token is valid for two hours');
});

t.test('the days that are left are counted from the whole season', async (t) => {
  const day = '2026-02-12';
  for (const provider of all) {
    const { reader, service } = opened(at(day, '12:00'), {}, { providers: [provider] });
    const answer = await reader.read(signal);
    const left = { BLUE: 300, WHITE: 43, RED: 22 };
    for (let past = '2025-09-01'; past <= day; past = next(past)) left[service.colourOf(past)] -= 1;
    t.match(valueOf(answer, 'tempo_red_left_days'), { value: left.RED }, provider);
    t.match(valueOf(answer, 'tempo_white_left_days'), { value: left.WHITE });
    t.match(valueOf(answer, 'tempo_blue_left_days'), { value: left.BLUE });
  }
});

t.test('a season with a hole has no counts, and is asked for once a day', async (t) => {
  const says = { rte: { '2025-12-10': undefined } } as const;
  const { bench, reader } = opened(at('2026-01-14', '06:00'), { says }, { providers: ['rte'] });
  t.equal(valueOf(await reader.read(signal), 'tempo_red_left_days'), undefined);
  const seasons = (): number =>
    bench.requests.splice(0).filter(({ url }) => url.includes('2025-09-01')).length;
  t.equal(seasons(), 1);
  bench.nowMs = at('2026-01-14', '11:05');
  await reader.read(signal);
  t.equal(seasons(), 0);
  bench.nowMs = at('2026-01-15', '06:00');
  await reader.read(signal);
  t.equal(seasons(), 1);
});

function next(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

t.test('a provider that is out is followed by the next, and complained of once', async (t) => {
  const nowMs = at('2026-01-14', '12:00');
  const out = { fromMs: 0, toMs: nowMs + 90 * minuteMs, status: 503 };
  const { bench, reader } = opened(nowMs, {
    outages: [
      { provider: 'rte', ...out },
      { provider: 'rte-public', ...out },
    ],
  });
  const answer = await reader.read(signal);
  t.equal(textOf(answer, 'tomorrow.provider'), 'couleur-tempo');
  t.match(valueOf(answer, 'tempo_tomorrow_colour'), { quality: 'good' });
  t.equal(bench.warnings.length, 2);
  askedOf(bench);
  bench.nowMs = at('2026-01-15', '06:00');
  const later = await reader.read(signal);
  t.equal(textOf(later, 'today.provider'), 'rte', 'it is preferred again');
});

t.test('when nobody answers the error is the first one’s, and nothing is made up', async (t) => {
  const nowMs = at('2026-01-14', '12:00');
  const { bench, reader } = opened(nowMs);
  bench.trouble = ({ url }) => (url.includes('/token/') ? jsonAnswer(401, {}) : noAnswer);
  await t.rejects(reader.read(signal), { code: 'source_refused', hint: /rteClientId/ });
  bench.trouble = () => undefined;
  t.ok(valueOf(await reader.read(signal), 'tempo_today_colour'));
  bench.trouble = () => noAnswer;
  bench.nowMs = at('2026-01-15', '06:00');
  const kept = await reader.read(signal);
  t.match(valueOf(kept, 'tempo_today_colour'), { quality: 'good' }, 'what was known of today stays true');
  t.match(valueOf(kept, 'tempo_tomorrow_colour'), { quality: 'missing' });
  bench.nowMs = at('2026-01-16', '06:00');
  await t.rejects(reader.read(signal), { code: 'connection_timeout' });
});

t.test('all that know nothing is no colour', async (t) => {
  const unknown = { '2026-01-14': undefined, '2026-01-15': undefined };
  const says = { rte: unknown, 'rte-public': unknown, 'couleur-tempo': unknown };
  const { reader } = opened(at('2026-01-14', '12:00'), { says });
  await t.rejects(reader.read(signal), {
    code: 'source_unavailable',
    facts: { retryAfterMs: 30 * minuteMs },
  });
});

t.test('a colour that comes late is asked for at 12:05 and every half hour', async (t) => {
  const { bench, reader } = opened(
    at('2026-01-14', '06:00'),
    { lateMs: { '2026-01-15': 150 * minuteMs } },
    { providers: ['rte'] },
  );
  const known: string[] = [];
  for (; bench.nowMs < at('2026-01-14', '14:30'); bench.nowMs += 5 * minuteMs) {
    const answer = await reader.read(signal);
    const time = new Date(bench.nowMs + 60 * minuteMs).toISOString().slice(11, 16);
    const isKnown = valueOf(answer, 'tempo_tomorrow_colour')?.quality === 'good';
    if (askedOf(bench).includes('rte')) known.push(`${time} ${isKnown ? 'known' : 'unknown'}`);
  }
  t.same(known, [
    '06:00 unknown',
    '11:05 unknown',
    '12:05 unknown',
    '12:35 unknown',
    '13:05 unknown',
    '13:35 known',
  ]);
});

t.test('a made-up colour is none, and the next provider is asked', async (t) => {
  const fallbacks = { '2026-01-15': 'RED' } as const;
  const late = { '2026-01-15': 300 * minuteMs };
  for (const provider of all) {
    const { reader } = opened(
      at('2026-01-14', '12:00'),
      { fallbacks, lateMs: late },
      { providers: [provider] },
    );
    const answer = await reader.read(signal);
    t.match(valueOf(answer, 'tempo_tomorrow_colour'), { quality: 'missing' }, provider);
    if (provider !== 'couleur-tempo') t.match(textOf(answer, 'tomorrow.doubt'), /not confirmed: .* says red/);
  }
});

t.test('a red Sunday is not believed while another provider says otherwise', async (t) => {
  const says = { rte: { '2026-01-18': 'RED' } } as const;
  const { bench, reader } = opened(at('2026-01-17', '12:00'), { says });
  const answer = await reader.read(signal);
  t.match(valueOf(answer, 'tempo_tomorrow_colour'), { value: 1, quality: 'good' });
  t.equal(textOf(answer, 'tomorrow.provider'), 'rte-public');
  t.ok(askedOf(bench).includes('rte-public'));
  const alone = opened(at('2026-01-17', '12:00'), { says }, { providers: ['rte'] });
  const doubted = await alone.reader.read(signal);
  t.match(valueOf(doubted, 'tempo_tomorrow_colour'), { value: 3, quality: 'suspect' });
  t.equal(textOf(doubted, 'tomorrow.state'), 'impossible');
  t.match(textOf(doubted, 'tomorrow.doubt'), /week-end/);
});

t.test('the 23rd red day of a season is suspect', async (t) => {
  const { service } = opened(0);
  let day = '2026-03-02';
  while (service.colourOf(day) === 'RED') day = next(day);
  const reds = Object.fromEntries(
    Array.from({ length: 180 }, (_, index) =>
      new Date(Date.UTC(2025, 8, 1 + index)).toISOString().slice(0, 10),
    )
      .filter(
        (past) =>
          /-1[12]-/.test(past) && ![0, 6].includes(new Date(past).getUTCDay()) && !/-11-11|-12-25/.test(past),
      )
      .slice(0, 22)
      .map((past) => [past, 'RED' as const]),
  );
  const blues = Object.fromEntries(
    Array.from({ length: 180 }, (_, index) =>
      new Date(Date.UTC(2025, 8, 1 + index)).toISOString().slice(0, 10),
    )
      .filter((past) => !Object.hasOwn(reds, past))
      .map((past) => [past, 'BLUE' as const]),
  );
  const says = { rte: { ...blues, ...reds, '2026-02-27': 'RED' as const } };
  const { reader } = opened(at('2026-02-26', '12:00'), { says }, { providers: ['rte'] });
  const answer = await reader.read(signal);
  t.match(valueOf(answer, 'tempo_tomorrow_colour'), { value: 3, quality: 'suspect' });
  t.match(textOf(answer, 'tomorrow.doubt'), /22 red/);
  t.match(valueOf(answer, 'tempo_red_left_days'), { value: 0 });
});

t.test('providers that differ are both named, and believed when they agree or after 11:00', async (t) => {
  const says = { 'rte-public': { '2026-01-15': 'WHITE' } } as const;
  const corrections = { '2026-01-15': { first: 'RED', untilMs: at('2026-01-14', '23:00') } } as const;
  const { bench, reader } = opened(at('2026-01-14', '10:45'), { says, corrections });
  const early = await reader.read(signal);
  t.match(valueOf(early, 'tempo_tomorrow_colour'), { value: 3, quality: 'suspect' });
  t.equal(textOf(early, 'tomorrow.state'), 'disputed');
  t.equal(textOf(early, 'tomorrow.doubt'), 'rte says red, rte-public says white');
  bench.nowMs = at('2026-01-14', '11:05');
  const final = await reader.read(signal);
  t.match(valueOf(final, 'tempo_tomorrow_colour'), { value: 3, quality: 'good' });
  t.match(textOf(final, 'tomorrow.doubt'), /rte says red, rte-public says white/);
});

t.test('a colour before 11:00 is provisional, asked of two, and corrected at 11:05', async (t) => {
  const corrections = { '2026-01-15': { first: 'WHITE', untilMs: at('2026-01-14', '10:59') } } as const;
  const { bench, reader, service } = opened(at('2026-01-14', '10:45'), { corrections });
  const early = await reader.read(signal);
  t.match(valueOf(early, 'tempo_tomorrow_colour'), { value: 2, quality: 'good' });
  t.equal(textOf(early, 'tomorrow.state'), 'provisional');
  t.ok(askedOf(bench).includes('rte-public'));
  bench.nowMs = at('2026-01-14', '11:05');
  const late = await reader.read(signal);
  t.match(valueOf(late, 'tempo_tomorrow_colour'), { value: codes[service.colourOf('2026-01-15')] });
  t.equal(textOf(late, 'tomorrow.state'), 'final');
});

t.test('a thousand restarts within the life of a token make one login', async (t) => {
  const { bench, service } = opened(at('2026-01-14', '12:00'));
  for (let restart = 0; restart < 20; restart += 1) {
    bench.nowMs += minuteMs;
    await tempo.open(settings, bench.ports).read(signal);
  }
  t.equal(service.logins, 1);
  const other = tempo.open({ ...settings, rteClientId: 'another' }, bench.ports);
  await other.read(signal);
  t.ok(askedOf(bench).includes('rte-public'), 'the token of another application is not used');
});

t.test('a token that is refused is renewed once', async (t) => {
  const { bench, reader } = opened(at('2026-01-14', '12:00'));
  bench.kept.set(
    'rte-token',
    JSON.stringify({ clientId, text: 'of-yesterday', expiresMs: bench.nowMs + 100 * minuteMs }),
  );
  const answer = await reader.read(signal);
  t.equal(textOf(answer, 'today.provider'), 'rte');
  t.same(askedOf(bench), ['rte', 'token', 'rte', 'rte']);
});

t.test('an application without the subscription is told what to do', async (t) => {
  const { reader } = opened(at('2026-01-14', '12:00'), { isUnsubscribed: true }, { providers: ['rte'] });
  await t.rejects(reader.read(signal), { code: 'source_refused', hint: /[Ss]ubscribe/ });
});

t.test('at the change of the season and of the clocks the days are right', async (t) => {
  const { bench, reader } = opened(Date.parse('2026-08-31T12:00:00+02:00'));
  t.equal(textOf(await reader.read(signal), 'season'), '2025-2026');
  bench.nowMs = Date.parse('2026-09-01T06:00:00+02:00');
  const first = await reader.read(signal);
  t.equal(textOf(first, 'season'), '2026-2027');
  t.match(valueOf(first, 'tempo_red_left_days'), { value: 22 });
  bench.nowMs = Date.parse('2026-10-25T11:05:00+01:00');
  const autumn = await reader.read(signal);
  t.match(valueOf(autumn, 'tempo_tomorrow_colour'), { quality: 'good' });
  t.ok(
    bench.requests.some(({ url }) => url.includes('2026-10-25T00%3A00%3A00%2B02%3A00')),
    'each date with the offset that it has',
  );
});

t.test('a machine that does not know the time asks nobody', async (t) => {
  const { bench, reader } = opened(1_000);
  await t.rejects(reader.read(signal), { code: 'source_unavailable' });
  t.same(bench.requests, []);
});

t.test('settings that cannot be are refused with what is meant', (t) => {
  for (const [options, option] of [
    [{ providers: ['rte-pubic'] }, 'providers'],
    [{ providers: ['rte', 'rte'] }, 'providers'],
    [{ providers: [] }, 'providers'],
    [{ providers: ['rte'], rteClientId: undefined, rteClientSecret: undefined }, 'providers'],
    [{ rteClientSecret: undefined }, 'rteClientSecret'],
    [{ couleurTempoBaseUrl: 'file:///etc/passwd' }, 'couleurTempoBaseUrl'],
  ] as const) {
    t.throws(() => opened(0, {}, options), { code: 'config_invalid', facts: { option } });
  }
  t.end();
});
