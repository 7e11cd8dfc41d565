import t from 'tap';
import { Type } from 'typebox';
import { checkConfig } from '../../gateway/config/check-config.ts';
import type { ConfigSection, SectionProblem } from '../../gateway/config/section.ts';
import { load, plainInputs, problemsOf } from './inputs.ts';

interface Written {
  readonly lamps: readonly ({ readonly id: string; readonly watts: number } | null)[];
}

const seen: unknown[] = [];
const section: ConfigSection = {
  key: 'shelf',
  partedList: 'lamps',
  schema: Type.Object(
    {
      colour: Type.String({ description: 'Of the shelf.', default: 'white' }),
      lamps: Type.Array(
        Type.Object(
          {
            id: Type.String({ description: 'Which.' }),
            watts: Type.Number({ description: 'How bright.', minimum: 1 }),
          },
          { description: 'A lamp.', required: ['id', 'watts'], additionalProperties: false },
        ),
        { description: 'Lamps.', default: [], maxItems: 4 },
      ),
    },
    { description: 'A shelf.', additionalProperties: false },
  ),
  problems: (written): readonly SectionProblem[] => {
    seen.push(written);
    return (written as Written).lamps.flatMap((lamp, index) =>
      lamp?.watts === 13
        ? [{ path: ['lamps', index, 'watts'], message: 'must be lucky', hint: 'take 12' }]
        : [],
    );
  },
};
const inputs = { sections: [section] };

t.test('a bad item of a parted list is left out, with all that is wrong, and the rest runs', async (t) => {
  const text = `shelf:
  lamps:
    - { id: desk, watts: 5 }
    - { id: bed, watts: -5 }
    - { id: hall, watts: 13 }
    - { watts: 7, colour: red }
`;
  const { config, leftOut, effective } = await load(text, inputs);
  t.same(config.features['shelf'], {
    colour: 'white',
    lamps: [{ id: 'desk', watts: 5 }],
    leftOut: [
      { index: 1, id: 'bed', reason: 'line 4: shelf.lamps[1].watts must be >= 1, not -5 (How bright)' },
      { index: 3, id: undefined, reason: 'line 6: shelf.lamps[3].id is missing (add it: Which)' },
      { index: 2, id: 'hall', reason: 'line 5: shelf.lamps[2].watts must be lucky, not 13 (take 12)' },
    ],
  });
  t.equal(leftOut.length, 4);
  t.equal((effective['shelf'] as Written).lamps.length, 4, 'it is shown as it was written');
  t.same(
    (seen.at(-1) as Written).lamps.map((lamp) => lamp?.watts),
    [5, undefined, 13, undefined],
  );
  const check = await checkConfig(text, 'egw.yaml', { ...plainInputs, ...inputs });
  t.equal(check.usable, true);
  t.equal(check.problems.length, 4, 'the check has them all');
});

t.test('what is wrong with the rest of the section, or the list itself, is not left out', async (t) => {
  const wrongColour = await problemsOf('shelf: { colour: 3, lamps: [{ id: desk, watts: 5 }] }', inputs);
  t.match(wrongColour.join('\n'), /shelf.colour must be text, not 3/);
  const noList = await problemsOf('shelf: { lamps: 5 }', inputs);
  t.match(noList.join('\n'), /shelf.lamps must be a list, not 5/);
  const unknownKey = await problemsOf('shelf: { lamp: [] }', inputs);
  t.match(unknownKey.join('\n'), /shelf.lamp is an unknown key/);
});

t.test('a section whose list is good has nothing left out', async (t) => {
  const { config, leftOut } = await load('shelf: { lamps: [{ id: desk, watts: 5 }] }', inputs);
  t.same(config.features['shelf'], { colour: 'white', lamps: [{ id: 'desk', watts: 5 }], leftOut: [] });
  t.same(leftOut, []);
});
