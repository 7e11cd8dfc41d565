import t from 'tap';
import { readStartOptions } from '../gateway/start-options.ts';

t.test('the area is a setting, and the key of the grid stands apart from all settings', (t) => {
  for (const option of ['--em_auth_token', '--em-auth-token'])
    t.same(readStartOptions(['--area', 'DK-DK1', option, 'secret', '--port', '0']), {
      settings: { area: 'DK-DK1', port: '0' },
      variables: { EM_API_KEY: 'secret' },
    });
  t.same(readStartOptions([]), { settings: {}, variables: {} });
  t.end();
});

t.test('an area that is none is refused with the nearest, and so is an option that is none', (t) => {
  t.throws(() => readStartOptions(['--area', 'fr']), { code: 'zone_unknown', hint: /FR \(France\)/ });
  t.throws(() => readStartOptions(['--areas', 'FR']), { code: 'command_unknown', hint: /--area / });
  t.end();
});
