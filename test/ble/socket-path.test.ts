import t from 'tap';
import { defaultDataDirectory } from '../../gateway/core/data-directory.ts';
import { socketPath } from '../../ble/socket-path.ts';

t.test('the socket is looked for where the gateway has its data', (t) => {
  const home = '/home/pi';
  const environments: readonly Record<string, string>[] = [
    {},
    { DATA_DIR: '/data' },
    { XDG_STATE_HOME: '/state' },
    { XDG_STATE_HOME: 'not/absolute' },
    { DATA_DIR: '', XDG_STATE_HOME: '' },
  ];
  for (const environment of environments) {
    const directory = defaultDataDirectory({ HOME: home, ...environment });
    t.equal(socketPath(environment, home), `${directory}/provision.sock`, JSON.stringify(environment));
  }
  t.equal(socketPath({ EGW_DATA_DIR: '/a/b', DATA_DIR: '/data' }, home), '/a/b/provision.sock');
  t.equal(
    socketPath({ EGW_PROVISION_SOCKET: '/run/egw/p.sock', EGW_DATA_DIR: '/a' }, home),
    '/run/egw/p.sock',
  );
  t.end();
});
