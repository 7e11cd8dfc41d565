import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import { openScratch } from './scratch.ts';

const event = { kind: 'token.invalid', origin: '192.168.1.9', detail: '' };
const all = { beforeMs: Infinity, rowsMax: limits.securityEventsMax };

t.test('the same within an hour is one event that counts', (t) => {
  const service = openScratch(t.testdir());
  service.noteSecurityEvent({ ...event, atMs: 1_000 });
  service.noteSecurityEvent({ ...event, atMs: 3_600_999, count: 5 });
  service.noteSecurityEvent({ ...event, atMs: 500 });
  service.noteSecurityEvent({ ...event, atMs: 3_601_000 });
  service.noteSecurityEvent({ ...event, atMs: 3_601_001, origin: 'local' });
  t.same(service.listSecurityEvents(all), [
    { ...event, origin: 'local', firstMs: 3_601_001, lastMs: 3_601_001, count: 1 },
    { ...event, firstMs: 3_601_000, lastMs: 3_601_000, count: 1 },
    { ...event, firstMs: 1_000, lastMs: 3_600_999, count: 7 },
  ]);
  t.equal(service.listSecurityEvents({ beforeMs: 3_601_000, rowsMax: 5 }).length, 1);
  t.equal(service.listSecurityEvents({ ...all, rowsMax: 2 }).length, 2);
  service.close();
  t.end();
});

t.test('what is no text of Unicode is kept as one', (t) => {
  const service = openScratch(t.testdir());
  service.noteSecurityEvent({ ...event, detail: 'half \ud800', atMs: 1 });
  service.noteSecurityEvent({ ...event, detail: 'half \ud800', atMs: 2 });
  t.match(service.listSecurityEvents(all), [{ detail: 'half \ufffd', count: 2 }]);
  service.close();
  t.end();
});
