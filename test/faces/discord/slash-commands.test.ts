import t from 'tap';
import { slashCommands } from '../../../gateway/faces/discord/slash-commands.ts';
import { isSameCommands } from '../../../gateway/faces/discord/same-commands.ts';
import { slashDeeds } from '../../../gateway/faces/discord/slash-deeds.ts';
import { allCommands } from '../../../gateway/faces/commands/all.ts';
import { commandProblems } from '../../../modbus-sim/services/discord-commands.ts';

await t.test('the commands are those of the program before this one, and what was wished for', (t) => {
  const shown = slashCommands.map(({ name, options }) =>
    [name, ...options.map((one) => (one.required === true ? one.name : `${one.name}?`))].join(' '),
  );
  t.strictSame(shown, [
    'hello_you user_id arrival_date?',
    'bye_bye user_id?',
    'change_date which date user_id',
    'set_derogation day? hour_start? hour_end?',
    'remove_derogation id',
    'get_my_current_derogations',
    'get_total_state period?',
    'get_my_state period?',
    'op user_id',
    'deop user_id',
    'power_on',
  ]);
  const choices = Object.fromEntries(
    slashCommands.flatMap(({ name, options }) =>
      options.flatMap((one) =>
        one.choices === undefined
          ? []
          : [[`${name} ${one.name}`, one.choices.map(({ value }) => value).join(' ')]],
      ),
    ),
  );
  t.strictSame(choices, {
    'change_date which': 'arrival leave',
    'set_derogation day': 'today tomorrow',
    'get_total_state period': 'all global year month week yesterday day',
    'get_my_state period': 'all global year month week yesterday day derogations_year derogations_total',
  });
  t.end();
});

await t.test('Discord takes them', (t) => {
  t.strictSame(commandProblems(slashCommands), []);
  const [first] = slashCommands;
  const wrong: readonly (readonly [string, object])[] = [
    ['a name in capitals', { ...first, name: 'Hello' }],
    ['no description', { ...first, description: '' }],
    ['a description that is too long', { ...first, description: 'x'.repeat(101) }],
    ['a needed option behind others', { ...first, options: [...(first?.options ?? [])].reverse() }],
    ['a type that there is not', { ...first, type: 9 }],
    ['a locale that there is not', { ...first, description_localizations: { french: 'x' } }],
  ];
  for (const [what, command] of wrong) t.not(commandProblems([command]).length, 0, what);
  t.not(commandProblems([first, first]).length, 0, 'twice');
  t.end();
});

await t.test('each is a command of ours', (t) => {
  t.strictSame(Object.keys(slashDeeds).toSorted(), slashCommands.map(({ name }) => name).toSorted());
  const known = new Set(allCommands.map(({ id }) => id));
  for (const [name, { command, also }] of Object.entries(slashDeeds)) {
    t.ok(known.has(command), `${name}: ${command}`);
    if (also !== undefined) t.ok(known.has(also.command), `${name}: ${also.command}`);
  }
  t.end();
});

await t.test('they are told from others, whatever Discord adds', (t) => {
  const added: readonly object[] = slashCommands.map((one, index): object => ({
    ...{
      id: String(index),
      version: '7',
      nsfw: false,
      default_member_permissions: null,
      dm_permission: false,
    },
    ...structuredClone(one),
    name_localizations: null,
  }));
  t.ok(isSameCommands(added, slashCommands));
  t.ok(isSameCommands(added.toReversed(), slashCommands), 'in another order');
  t.notOk(isSameCommands(added.slice(1), slashCommands), 'one is missing');
  t.notOk(isSameCommands([...added, { ...added[0], name: 'old' }], slashCommands), 'one too many');
  t.notOk(isSameCommands(undefined, slashCommands));
  const [first, ...others] = added;
  for (const change of [{ description: 'x' }, { description_localizations: { fr: 'x' } }, { options: [] }])
    t.notOk(isSameCommands([{ ...first, ...change }, ...others], slashCommands), Object.keys(change).join());
  t.end();
});
