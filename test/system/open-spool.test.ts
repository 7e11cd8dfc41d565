import { join } from 'node:path';
import t from 'tap';
import { openSpool } from '../../gateway/system/open-spool.ts';

const asked = { enabled: true, directory: undefined };
const home = { environment: { HOME: '/home/me' }, dataDirectory: '/data', platform: 'linux' } as const;
const place = 'electricity_usage/input_dirs/input_dir';

t.test('the spool is where electricity_usage has it', (t) => {
  t.equal(openSpool(asked, home)?.path, `/home/me/.local/share/${place}`);
  const shared = { ...home, environment: { HOME: '/home/me', XDG_DATA_HOME: '/shares' } };
  t.equal(openSpool(asked, shared)?.path, `/shares/${place}`);
  const relative = { ...home, environment: { HOME: '/home/me', XDG_DATA_HOME: 'shares' } };
  t.equal(openSpool(asked, relative)?.path, `/home/me/.local/share/${place}`, 'as the specification wants');
  const apple = openSpool(asked, { ...home, platform: 'darwin' });
  t.equal(apple?.path, `/home/me/Library/Application Support/${place}`);
  t.equal(openSpool(asked, { ...home, environment: {} })?.path, '/data/spool', 'of who has no home');
  t.end();
});

t.test('it is watched when it is there, or wanted', (t) => {
  const directory = t.testdir({ there: {} });
  const spool = (enabled: boolean | undefined, name: string) =>
    openSpool({ enabled, directory: join(directory, name) }, home)?.path;
  t.equal(spool(undefined, 'there'), join(directory, 'there'));
  t.equal(spool(undefined, 'not'), undefined);
  t.equal(spool(true, 'not'), join(directory, 'not'));
  t.equal(spool(false, 'there'), undefined);
  t.end();
});
