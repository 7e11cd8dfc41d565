import t from 'tap';
import type { Device } from '../../../../gateway/faces/web/page/api-types.ts';
import {
  ageFacts,
  errorText,
  sinceText,
  stateText,
} from '../../../../gateway/faces/web/page/device-words.ts';

const device: Device = {
  id: 'a',
  name: 'a',
  driver: 'd',
  address: 'x',
  lane: 'l',
  state: 'down',
  stateSinceMs: 1_000,
  periodMs: 10_000,
  effectivePeriodMs: 10_000,
  ageBoundMs: 20_000,
  answers: 0,
  failures: 0,
  lastError: null,
};
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

t.test('state and error are words, with the code for who looks it up', (t) => {
  t.equal(stateText(device), 'down');
  t.match(stateText({ ...device, state: 'quarantined' }), /configuration is wrong/);
  t.equal(plain(sinceText(device, 61_000)), 'for 60 s');
  t.equal(errorText(null), '');
  t.equal(errorText('device_timeout'), 'no answer in time (device_timeout)');
  t.equal(errorText('some_new_code'), 'some_new_code');
  t.end();
});

t.test('the age stands against its bound, and old is old only beyond it', (t) => {
  const fresh = ageFacts(device, 50_000, 60_000);
  t.equal(plain(fresh.text), '10 s of at most 20 s');
  t.match(fresh, { share: 0.5, isStale: false });
  t.match(ageFacts(device, 0, 60_000), { share: 3, isStale: true });
  t.match(ageFacts(device, undefined, 60_000), { share: undefined, isStale: true });
  t.match(ageFacts({ ...device, ageBoundMs: null }, 50_000, 60_000), { share: 0.5 });
  t.end();
});
