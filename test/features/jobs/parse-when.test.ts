import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import { formatWhen, parseWhen } from '../../../gateway/features/jobs/parse-when.ts';
import type { When, WhenTerm } from '../../../gateway/features/jobs/when.ts';

const read: readonly [text: string, when: When][] = [
  ['surplus', [{ kind: 'surplus' }]],
  ['  Carbon ', [{ kind: 'carbon' }]],
  ['price', [{ kind: 'price' }]],
  ['not-red', [{ kind: 'not_red' }]],
  ['own-export:1500', [{ kind: 'own_export', watts: 1500 }]],
  ['own-export:1500W', [{ kind: 'own_export', watts: 1500 }]],
  ['own-export:1.5kW', [{ kind: 'own_export', watts: 1500 }]],
  ['own-export:0.001kw', [{ kind: 'own_export', watts: 1 }]],
  ['window:22:00-06:00', [{ kind: 'window', fromMinute: 1320, toMinute: 360 }]],
  ['window:00:00-24:00', [{ kind: 'window', fromMinute: 0, toMinute: 1440 }]],
  ['carbon AND\t price', [{ kind: 'carbon' }, { kind: 'price' }]],
  [
    'window:22:00-06:00 and window:23:00-07:00',
    [
      { kind: 'window', fromMinute: 1320, toMinute: 360 },
      { kind: 'window', fromMinute: 1380, toMinute: 420 },
    ],
  ],
];

for (const [text, when] of read) {
  t.test(`${JSON.stringify(text)} is read`, (t) => {
    t.strictSame(parseWhen(text), when);
    t.end();
  });
}

const refused: readonly [text: string, message: RegExp, hint: RegExp][] = [
  ['', /^--when names no policy$/, /surplus, carbon, price, own-export:W/],
  ['   ', /names no policy/, /joined by and/],
  ['and', /names no policy/, /joined by and/],
  ['carbon and', /no policy after its last "and"/, /joined by and/],
  ['carbon and and', /names no policy/, /joined by and/],
  ['carbon price', /"price" where "and" belongs/, /join/],
  ['carbon, price', /no policy with "carbon,"/, /did you mean carbon\?/],
  ['carbn', /no policy with "carbn"/, /did you mean carbon\?/],
  ['not_red', /no policy with "not_red"/, /did you mean not-red\?/],
  ['own_export:5', /no policy with "own_export:5"/, /did you mean own-export\?/],
  ['cheap', /no policy with "cheap"/, /window:HH:MM-HH:MM/],
  ['constructor', /no policy with "constructor"/, /there are/],
  ['carbon:5', /more than carbon/, /write carbon/],
  ['carbon:', /more than carbon/, /write carbon/],
  ['own-export', /does not say how many/, /own-export:1500/],
  ['own-export:', /"" where watts belong/, /own-export:1500/],
  ['own-export:0', /"0" where watts belong/, /own-export:1500/],
  ['own-export:-5', /"-5" where watts belong/, /own-export:1500/],
  ['own-export:1e3', /"1e3" where watts belong/, /own-export:1500/],
  ['own-export:1.5', /"1.5" where watts belong/, /own-export:1500/],
  ['own-export:1.0005kW', /where watts belong/, /own-export:1500/],
  ['own-export:1000001', /from 1 to 1000000/, /own-export:1500/],
  ['window', /does not say from when to when/, /window:22:00-06:00/],
  ['window:22-06', /"22-06" for a window/, /window:22:00-06:00/],
  ['window:24:00-06:00', /for a window/, /window:22:00-06:00/],
  ['window:22:60-06:00', /for a window/, /window:22:00-06:00/],
  ['window:22:00-24:01', /for a window/, /window:22:00-06:00/],
  ['window:2:00-6:00', /for a window/, /window:22:00-06:00/],
  ['carbon and carbon', /names "carbon" twice/, /once/],
  ['own-export:5 and own-export:6', /names "own-export" twice/, /once/],
  ['window:01:00-02:00 and window:01:00-02:00', /names "window" twice/, /once/],
  [`${'surplus and '.repeat(1000)}carbon`, /longer than 500/, /there are/],
];

for (const [text, message, hint] of refused) {
  t.test(`${JSON.stringify(text.slice(0, 50))} is refused with a reason`, (t) => {
    const error = thrownBy(() => parseWhen(text));
    t.equal(errorCodeOf(error), 'policy_invalid');
    t.match(error.message, message);
    t.match(error.hint, hint);
    t.end();
  });
}

t.test('an error names the option that the text was given to', (t) => {
  t.match(thrownBy(() => parseWhen('green', 'when')).message, /^when names no policy/);
  t.end();
});

const term: fc.Arbitrary<WhenTerm> = fc.oneof(
  fc.constantFrom<WhenTerm>({ kind: 'surplus' }, { kind: 'carbon' }, { kind: 'price' }, { kind: 'not_red' }),
  fc.integer({ min: 1, max: 1_000_000 }).map((watts): WhenTerm => ({ kind: 'own_export', watts })),
  fc
    .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 1_440 }))
    .map(([fromMinute, toMinute]): WhenTerm => ({ kind: 'window', fromMinute, toMinute })),
);

t.test('what is formatted is read back as the same', (t) => {
  const terms = fc.uniqueArray(term, {
    minLength: 1,
    maxLength: 8,
    selector: (each) => (each.kind === 'window' ? JSON.stringify(each) : each.kind),
  });
  fc.assert(
    fc.property(terms, (when) => {
      t.strictSame(parseWhen(formatWhen(when)), when);
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('no text throws anything but policy_invalid', (t) => {
  const pieces = fc.constantFrom(
    'carbon',
    'window:',
    ':',
    '22:00',
    '-',
    ' and ',
    'own-export:',
    'kW',
    '9',
    ' ',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        return parseWhen(text).length > 0;
      } catch (error) {
        return errorCodeOf(error) === 'policy_invalid';
      }
    }),
    { numRuns: 500 },
  );
  t.end();
});

function thrownBy(act: () => unknown): GatewayError {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new RangeError('no GatewayError was thrown');
}
