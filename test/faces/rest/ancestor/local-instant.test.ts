import fc from 'fast-check';
import t from 'tap';
import { zoneOffsetMinutes } from '../../../../gateway/core/calendar.ts';
import { localInstant } from '../../../../gateway/faces/rest/ancestor/local-instant.ts';

const at = (text: string): number => Date.parse(text);

t.test('what clocks show is the instant at which they do', (t) => {
  const table: readonly (readonly [string, string, 'first' | 'last', string])[] = [
    ['Europe/Paris', '2019-01-31T06:40Z', 'first', '2019-01-31T05:40Z'],
    ['Europe/Paris', '2019-07-01T00:00Z', 'last', '2019-06-30T22:00Z'],
    ['Europe/Paris', '2019-10-27T02:30Z', 'first', '2019-10-27T00:30Z'],
    ['Europe/Paris', '2019-10-27T02:30Z', 'last', '2019-10-27T01:30Z'],
    ['Europe/Paris', '2019-10-27T00:00Z', 'first', '2019-10-26T22:00Z'],
    ['Europe/Paris', '2019-10-28T00:00Z', 'last', '2019-10-27T23:00Z'],
    ['Europe/Paris', '2019-03-31T02:30Z', 'first', '2019-03-31T01:30Z'],
    ['America/Santiago', '2019-09-08T00:00Z', 'first', '2019-09-08T04:00Z'],
    ['UTC', '2019-09-08T00:00Z', 'first', '2019-09-08T00:00Z'],
  ];
  for (const [zone, wall, which, wanted] of table)
    t.equal(localInstant(zone, at(wall), which), at(wanted), `${zone} ${wall} ${which}`);
  t.end();
});

t.test('whatever a clock shows leads back to an instant at which it shows it', (t) => {
  const zones = fc.constantFrom('Europe/Paris', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kolkata');
  const instants = fc.integer({ min: at('2005-01-01T00:00Z'), max: at('2035-01-01T00:00Z') });
  fc.assert(
    fc.property(zones, instants, (zone, atMs) => {
      const wallMs = atMs + zoneOffsetMinutes(zone, atMs) * 60_000;
      const [first, last] = [localInstant(zone, wallMs, 'first'), localInstant(zone, wallMs, 'last')];
      return first <= last && (first === atMs || last === atMs);
    }),
    { numRuns: 200 },
  );
  t.end();
});
