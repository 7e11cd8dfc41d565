import t from 'tap';
import { isOutright } from '../../gateway/config/host-name.ts';

t.test('whoever writes an address or localhost knows where it leads', (t) => {
  for (const host of [
    '127.0.0.1',
    '192.168.1.10',
    '::1',
    'fd00::1',
    'localhost',
    'LOCALHOST.',
    'mqtt.localhost',
  ])
    t.ok(isOutright(host), host);
  for (const host of ['broker', 'localhost.example', 'mylocalhost', '127.1', '2130706433', ''])
    t.notOk(isOutright(host), host);
  t.end();
});
