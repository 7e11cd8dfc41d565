import t from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SaidTempoDay } from '../../../gateway/core/tempo-said-day.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import { tempo } from '../../../gateway/io/sources/tempo.ts';
import { TempoService, type TempoServiceOptions } from '../../../modbus-sim/services/tempo-service.ts';
import { SourceBench } from './source-bench.ts';

const { signal } = new AbortController();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const settings: OptionValues = {
  providers: ['rte', 'rte-public', 'couleur-tempo'],
  rteClientId: 'house',
  rteClientSecret: 'secret-of-the-house',
  rteBaseUrl: 'https://digital.iservices.rte-france.com',
  rtePublicBaseUrl: 'https://www.services-rte.com',
  couleurTempoBaseUrl: 'https://www.api-couleur-tempo.fr/api',
};
const words = { BLUE: 'blue', WHITE: 'white', RED: 'red' } as const;

function at(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00+01:00`);
}

function opened(
  nowMs: number,
  service: Partial<TempoServiceOptions> = {},
  options: OptionValues = {},
): { readonly bench: SourceBench; readonly service: TempoService; readonly reader: SourceReader } {
  const named = { clientId: 'house', clientSecret: 'secret-of-the-house' };
  const simulated = new TempoService({ seed: 4, ...named, ...service });
  const bench = new SourceBench(simulated, nowMs);
  return { bench, service: simulated, reader: tempo.open({ ...settings, ...options }, bench.ports) };
}

async function saidAfter(reader: SourceReader): Promise<readonly SaidTempoDay[]> {
  await reader.read(signal).catch(() => undefined);
  return reader.tempoDays?.() ?? [];
}

function dayOf(said: readonly SaidTempoDay[], day: string): SaidTempoDay | undefined {
  return said.find((one) => one.day === day);
}

t.test('days are said with who said them, when, and whether it is final', async (t) => {
  const { reader, service, bench } = opened(at('2026-01-14', '10:50'));
  const early = await saidAfter(reader);
  t.same(dayOf(early, '2026-01-15'), {
    day: '2026-01-15',
    colour: words[service.colourOf('2026-01-15')],
    provider: 'rte',
    state: 'provisional',
    heardMs: at('2026-01-14', '10:50'),
  });
  t.match(dayOf(early, '2026-01-14'), { state: 'final' });
  t.match(dayOf(early, '2025-12-24'), {
    state: 'final',
    provider: 'rte',
    colour: words[service.colourOf('2025-12-24')],
  });
  t.equal(early.length, 136 + 1, 'the season to tomorrow');
  bench.nowMs = at('2026-01-14', '11:05');
  const late = await saidAfter(reader);
  t.match(late, [
    { day: '2026-01-14', state: 'final' },
    { day: '2026-01-15', state: 'final', heardMs: at('2026-01-14', '11:05') },
  ]);
});

t.test('what is not published, made up or impossible is not said', async (t) => {
  const unknown = opened(at('2026-01-14', '08:00'));
  t.equal(dayOf(await saidAfter(unknown.reader), '2026-01-15'), undefined);
  const sunday = { '2026-01-18': 'RED' } as const;
  const says = { rte: sunday, 'rte-public': sunday, 'couleur-tempo': sunday };
  const impossible = opened(at('2026-01-17', '12:30'), { says });
  const said = await saidAfter(impossible.reader);
  t.equal(dayOf(said, '2026-01-18'), undefined);
  t.not(dayOf(said, '2026-01-17'), undefined);
});

t.test(
  'while providers differ before eleven a colour is provisional, and then the preferred counts',
  async (t) => {
    const says = { rte: { '2026-01-15': 'RED' }, 'rte-public': { '2026-01-15': 'WHITE' } } as const;
    const { reader, bench } = opened(at('2026-01-14', '10:50'), { says });
    t.match(dayOf(await saidAfter(reader), '2026-01-15'), {
      colour: 'red',
      provider: 'rte',
      state: 'provisional',
    });
    bench.nowMs = at('2026-01-14', '11:05');
    t.match(dayOf(await saidAfter(reader), '2026-01-15'), { colour: 'red', provider: 'rte', state: 'final' });
  },
);

t.test('what is corrected in the afternoon is known before the evening is switched', async (t) => {
  const corrections = { '2026-01-15': { first: 'RED', untilMs: at('2026-01-14', '15:00') } } as const;
  const { reader, bench, service } = opened(at('2026-01-14', '11:05'), { corrections });
  t.match(dayOf(await saidAfter(reader), '2026-01-15'), { colour: 'red', state: 'final' });
  bench.nowMs = at('2026-01-14', '20:05');
  const colour = words[service.colourOf('2026-01-15')];
  t.match(dayOf(await saidAfter(reader), '2026-01-15'), { colour, state: 'final' });
  bench.takePaths();
  bench.nowMs = at('2026-01-14', '23:00');
  await saidAfter(reader);
  t.same(bench.takePaths(), [], 'and then nobody is asked until morning');
});

t.test('seasons of before are learned one a day, and each once', async (t) => {
  const { reader, bench, service } = opened(at('2026-01-14', '12:00'));
  const asked = (): readonly string[] =>
    bench.requests
      .splice(0)
      .flatMap(({ url }) => /(?:start_date=|season=|periode\S*=)(20\d\d)-(09|20)/.exec(url)?.[1] ?? []);
  const seasons = new Map<string, number>();
  for (let day = 14; day < 20; day += 1) {
    let inDay = 0;
    for (let hour = day === 14 ? 12 : 6; hour < 22; hour += 1) {
      bench.nowMs = at(`2026-01-${day}`, '00:05') + hour * hourMs;
      for (const said of await saidAfter(reader)) {
        t.equal(said.colour, words[service.colourOf(said.day)], said.day);
        const season = said.day < '2024-09-01' ? '2023' : said.day < '2025-09-01' ? '2024' : '2025';
        seasons.set(season, (seasons.get(season) ?? 0) + 1);
      }
      const wanted = ['2023-09-01', '2024-09-01', '2025-09-01'];
      reader.wantTempoSeasons?.(wanted.filter((day) => !seasons.has(day.slice(0, 4))));
      inDay += asked().length;
    }
    t.ok(inDay <= 3, `${inDay} whole seasons on the ${day}th`);
  }
  t.equal(seasons.get('2024'), 365, 'the whole season, and once');
  t.equal(seasons.get('2023'), 366, 'one with a 29 February');
});

t.test('a provider that answers another year is not believed', async (t) => {
  const { reader, bench } = opened(at('2026-01-14', '12:00'), {}, { providers: ['couleur-tempo'] });
  reader.wantTempoSeasons?.(['2023-09-01']);
  bench.trouble = ({ url }) => {
    if (!url.includes('2023-2024')) return undefined;
    const body = JSON.stringify([
      { dateJour: '2022-12-12', codeJour: 3 },
      { dateJour: '2024-02-29', codeJour: 2 },
    ]);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  };
  const days: SaidTempoDay[] = [];
  for (const time of ['12:00', '12:35']) {
    bench.nowMs = at('2026-01-14', time);
    days.push(...(await saidAfter(reader)));
  }
  bench.nowMs = at('2026-01-15', '06:05');
  days.push(...(await saidAfter(reader)));
  t.equal(dayOf(days, '2022-12-12'), undefined);
  t.match(dayOf(days, '2024-02-29'), { colour: 'white' });
});

t.test('tomorrow is asked for at 20:05, too, while it is not known', async (t) => {
  const { reader, bench } = opened(at('2026-01-14', '06:00'), { lateMs: { '2026-01-15': 9.4 * hourMs } });
  await saidAfter(reader);
  let heard: number | undefined;
  for (let atMs = at('2026-01-14', '06:05'); heard === undefined; atMs += 5 * minuteMs) {
    bench.nowMs = atMs;
    heard = dayOf(await saidAfter(reader), '2026-01-15')?.heardMs;
  }
  t.equal(heard, at('2026-01-14', '20:05'), 'it was published at 20:04');
});

t.test('a first day that is none is refused', (t) => {
  t.throws(() => opened(0, {}, { since: '2024-02-30' }), { code: 'config_invalid', message: /since/ });
  t.end();
});
