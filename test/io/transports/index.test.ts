import t from 'tap';
import { findTransport, transports } from '../../../gateway/io/transports/index.ts';

t.test('every transport is found by its own id', (t) => {
  const transportIds = transports.map(({ id }) => id);
  t.ok(transportIds.includes('modbus-tcp'));
  t.equal(new Set(transportIds).size, transportIds.length);
  for (const id of transportIds) {
    t.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    t.equal(findTransport(id)?.id, id);
  }
  t.equal(findTransport('carrier-pigeon'), undefined);
  t.end();
});
