import t from 'tap';
import { serverProblems } from '../../../gateway/features/server/server-checks.ts';

t.test('the switch and the UPS that it names must be there', (t) => {
  const root = {
    switches: [{ id: 'pve', kind: 'proxmox' }, null],
    sources: [{ id: 'eaton', kind: 'nut' }, { id: 'plug', kind: 'tasmota' }, { kind: 'tempo' }],
  };
  t.same(serverProblems({ switch: 'pve', ups: 'eaton' }, root), []);
  t.same(serverProblems({ meter: 'plug' }, {}), []);
  t.match(serverProblems({ switch: 'pvee', ups: 'plug' }, root), [
    { path: ['switch'], hint: /pve/ },
    { path: ['ups'], message: /of the kind nut/, hint: /eaton/ },
  ]);
  t.match(serverProblems({ switch: 'pve', ups: 'eaton' }, {}), [
    { path: ['switch'], hint: 'none is configured under switches' },
    { path: ['ups'], hint: 'no source of the kind nut is configured' },
  ]);
  t.end();
});

t.test('the start date is a day of the calendar, and not before there were such accounts', (t) => {
  for (const startDate of ['2010-01-01', '2024-02-29', undefined])
    t.same(serverProblems({ ...(startDate !== undefined && { startDate }) }, {}), []);
  for (const startDate of ['2025-02-29', '2024-06-31', '2009-12-31'])
    t.match(serverProblems({ startDate }, {}), [{ path: ['startDate'], message: /day of the calendar/ }]);
  t.end();
});
