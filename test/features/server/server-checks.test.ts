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
