import t from 'tap';
import { explainConfig } from '../../gateway/config/explain-config.ts';
import { gridSection } from '../../gateway/features/grid/grid-section.ts';
import { sources } from '../../gateway/io/sources/index.ts';
import { load, problemsOf } from './inputs.ts';

const inputs = {
  sections: [gridSection],
  kinds: { sources, sinks: [], uplinks: [], notifiers: [], switches: [] },
};
const environment = { EM_API_KEY: 'key-of-the-house' };

t.test('a zone and a key of Electricity Maps make a source, wherever the zone was said', async (t) => {
  const fromFile = await load('grid: { zone: FR }', { ...inputs, environment });
  t.match(fromFile.config.sources, [
    {
      id: 'grid',
      kind: 'electricity-maps',
      periodMs: 1_200_000,
      options: { zone: 'FR', token: 'key-of-the-house' },
      missingSecrets: [],
    },
  ]);
  const started = await load('', { ...inputs, environment, commandLine: { area: 'DK-DK1' } });
  t.match(started.config.sources, [{ options: { zone: 'DK-DK1' } }]);
  t.notMatch(JSON.stringify(explainConfig(started)), 'key-of-the-house');
  t.ok(started.secrets.has('key-of-the-house'), 'it is kept out of the log');
});

t.test('without the zone or without the key none is made, and one that is there is enough', async (t) => {
  t.same((await load('', { ...inputs, environment })).config.sources, []);
  t.same((await load('grid: { zone: FR }', inputs)).config.sources, []);
  const own = 'grid: { zone: FR }\nsources: [{ id: carbon, kind: electricity-maps, zone: BE }]';
  t.match((await load(own, { ...inputs, environment })).config.sources, [
    { id: 'carbon', options: { zone: 'BE', token: 'key-of-the-house' } },
  ]);
  t.match(await problemsOf('grid: { zone: 7 }', { ...inputs, environment }), [/grid\.zone must be/]);
});
