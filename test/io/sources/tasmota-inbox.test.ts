import fc from 'fast-check';
import t from 'tap';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { TasmotaInbox } from '../../../gateway/io/sources/tasmota-inbox.ts';

const sensor = JSON.stringify({ Time: '1970-01-01T00:00:12', ENERGY: { Power: 812, Period: 12 } });
const state = JSON.stringify({ Time: '1970-01-01T00:00:12', POWER: 'ON', Uptime: '0T00:00:12' });

function inbox(): { readonly clock: { nowMs: number }; readonly inbox: TasmotaInbox } {
  const clock = { nowMs: 1_000 };
  return { clock, inbox: new TasmotaInbox({ monotonic: () => monotonicMs(clock.nowMs) }) };
}

t.test('what is told is given once, each message with its own age', (t) => {
  const { clock, inbox: box } = inbox();
  t.equal(box.takeTold(), undefined);
  box.takeTelemetry('SENSOR', sensor.replace('812', '9'));
  clock.nowMs += 300_000;
  box.takeTelemetry('SENSOR', sensor);
  clock.nowMs += 1_000;
  box.takeTelemetry('STATE', state);
  clock.nowMs += 4_000;
  t.match(
    box.takeTold()?.values.toSorted((left, right) => left.quantity.localeCompare(right.quantity)),
    [
      { quantity: 'ENERGY.Period', value: 12, ageMs: 5_000 },
      { quantity: 'load_power_w', value: 812, ageMs: 5_000 },
      { quantity: 'relay_on', value: 1, ageMs: 4_000 },
    ],
  );
  t.equal(box.takeTold(), undefined);
  t.end();
});

t.test('the answer is whole when what is measured and its state are there', async (t) => {
  const { inbox: box } = inbox();
  box.takeStatus('{"StatusSNS":{"Time":"x","ENERGY":{"Power":1}}}');
  t.equal(box.dropped, 0, 'somebody else has asked');
  const status = box.awaitStatus();
  box.takeStatus('{"Status":{"Power":1}}');
  box.takeStatus('{"StatusSTS":{"POWER":"ON"}}');
  box.takeStatus('nonsense');
  box.takeStatus('{"__proto__":{"StatusSNS":{}},"Command":"Unknown"}');
  box.takeStatus('{"StatusSNS":{"Time":"x"}}');
  t.same(await status, {
    Status: { Power: 1 },
    StatusSTS: { POWER: 'ON' },
    StatusSNS: { Time: 'x' },
  });
  t.equal(box.dropped, 2);
});

t.test('a last will ends the waiting, and any word of the device the will', async (t) => {
  const { inbox: box } = inbox();
  const status = box.awaitStatus();
  box.takeWill('OFFLINE');
  await t.rejects(status, { code: 'source_unavailable' });
  await t.rejects(box.awaitStatus(), { code: 'source_unavailable' });
  box.takeTelemetry('STATE', state);
  t.notOk(box.isOffline);
  box.takeWill('Offline');
  box.takeWill('connected');
  t.notOk(box.isOffline, 'whoever renamed Online');
});

t.test('nothing that anybody may publish breaks it', (t) => {
  const payload = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ Time: 'x', ENERGY: value, a: value })),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('SENSOR', 'STATE', 'STATUS', 'LWT'), payload)),
      (messages) => {
        const { inbox: box } = inbox();
        void box.awaitStatus();
        for (const [name, text] of messages) {
          if (name === 'STATUS') box.takeStatus(text);
          else if (name === 'LWT') box.takeWill(text);
          else box.takeTelemetry(name, text);
        }
        const values = box.takeTold()?.values ?? [];
        const names = values.map(({ quantity, part = '' }) => `${part} ${quantity}`);
        return box.dropped <= messages.length && new Set(names).size === names.length;
      },
    ),
  );
  t.end();
});
