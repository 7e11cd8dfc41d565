import t from 'tap';
import type { TempoColour } from '../../../gateway/core/tempo-rules.ts';
import type { TempoProviderId } from '../../../gateway/io/sources/tempo-provider.ts';
import {
  judgeTempoDay,
  type HeardClaim,
  type TempoVerdict,
} from '../../../gateway/io/sources/tempo-verdict.ts';

const nothingKnown = new Map<string, TempoColour>();
/** A Thursday. */
const day = '2026-01-15';

/** On the day before, in France. */
function at(time: string): number {
  return Date.parse(`2026-01-14T${time}:00+01:00`);
}

function claim(provider: TempoProviderId, colour: TempoColour, time: string, isFallback = false): HeardClaim {
  return { provider, colour, isFallback, askedMs: at(time) };
}

const cases: readonly (readonly [string, readonly HeardClaim[], string, Partial<TempoVerdict>])[] = [
  ['nothing', [], '12:00', { colour: undefined, quality: 'missing', state: 'unknown', doubt: undefined }],
  [
    'a made-up colour only',
    [claim('rte', 'red', '12:00', true)],
    '12:00',
    { colour: undefined, quality: 'missing', state: 'unknown', doubt: 'not confirmed: rte says red' },
  ],
  [
    'a made-up colour and a real one',
    [claim('rte', 'red', '12:00', true), claim('couleur-tempo', 'white', '12:00')],
    '12:00',
    { colour: 'white', quality: 'good', state: 'final', provider: 'couleur-tempo', doubt: undefined },
  ],
  [
    'a colour before 11:00',
    [claim('rte', 'red', '10:59')],
    '10:59',
    { colour: 'red', quality: 'good', state: 'provisional' },
  ],
  [
    'a colour of before 11:00, after it',
    [claim('rte', 'red', '10:59')],
    '11:30',
    { colour: 'red', quality: 'good', state: 'provisional' },
  ],
  [
    'two that agree',
    [claim('rte', 'blue', '11:00'), claim('rte-public', 'blue', '10:50')],
    '11:00',
    { colour: 'blue', quality: 'good', state: 'final', doubt: undefined },
  ],
  [
    'two that differ before 11:00',
    [claim('rte', 'red', '10:50'), claim('rte-public', 'white', '10:50')],
    '10:50',
    { colour: 'red', quality: 'suspect', state: 'disputed', doubt: 'rte says red, rte-public says white' },
  ],
  [
    'two that differ after 11:00, both asked before',
    [claim('rte', 'red', '10:50'), claim('rte-public', 'white', '10:50')],
    '11:30',
    { colour: 'red', quality: 'suspect', state: 'disputed' },
  ],
  [
    'two that differ, of which the second was asked after 11:00',
    [claim('rte', 'red', '10:50'), claim('rte-public', 'white', '11:05')],
    '11:05',
    { colour: 'white', quality: 'good', state: 'final', doubt: 'rte says red, rte-public says white' },
  ],
  [
    'two that differ, both asked after 11:00',
    [claim('rte', 'red', '11:05'), claim('rte-public', 'white', '11:05')],
    '11:05',
    { colour: 'red', quality: 'good', state: 'final', provider: 'rte' },
  ],
];

for (const [what, claims, time, expected] of cases) {
  t.test(`${what}, judged at ${time}`, (t) => {
    t.match(judgeTempoDay(day, claims, nothingKnown, at(time)), expected);
    t.end();
  });
}

t.test('a colour against the rules counts only when there is no other', (t) => {
  const saturday = '2026-01-17';
  const nowMs = Date.parse('2026-01-16T12:00:00+01:00');
  const said = (provider: TempoProviderId, colour: TempoColour): HeardClaim => ({
    provider,
    colour,
    isFallback: false,
    askedMs: nowMs,
  });
  t.match(judgeTempoDay(saturday, [said('rte', 'red'), said('rte-public', 'white')], nothingKnown, nowMs), {
    colour: 'white',
    quality: 'good',
    doubt: undefined,
  });
  t.match(judgeTempoDay(saturday, [said('rte', 'red')], nothingKnown, nowMs), {
    colour: 'red',
    quality: 'suspect',
    state: 'impossible',
    doubt: /week-end/,
  });
  t.end();
});
