import t from 'tap';
import { AlertsBench, hook, mail, type Reception } from './alerts-bench.ts';
import { minuteMs } from './alert-minutes.ts';

const ana = { ...mail, recipients: ['ana'] };

/** Whom it was to be told to was away, and before he is back the medium turns read-only. */
async function overtaken(notifiers = [mail]): Promise<AlertsBench> {
  const bench = new AlertsBench();
  bench.notifiers = notifiers;
  bench.reception = () => 'away';
  bench.start();
  await bench.clock.advance(1_000);
  await bench.observe(true, 1);
  await bench.clock.advance(10_000);
  bench.storeFault = (name) => (/^(begin|end|settle)|note/.test(name) ? 'refused' : undefined);
  return bench;
}

function accepted(bench: AlertsBench): readonly string[] {
  return bench.accepted.map(({ reference, recipient }) => `${recipient} ${reference}`);
}

t.test('what waits on a medium that takes nothing any more is sent all the same, once', async (t) => {
  const bench = await overtaken([mail, hook]);
  bench.reception = () => 'accepts';
  await bench.clock.advance(5 * minuteMs);
  t.same(accepted(bench).toSorted(), [' egw-test-1-3', 'ana egw-test-1-1', 'bob egw-test-1-2']);
  t.same(
    bench.messages().map(({ state }) => state),
    ['queued', 'queued', 'queued'],
    'on disk it waits',
  );
  bench.storeFault = () => undefined;
  await bench.clock.advance(minuteMs);
  t.match(bench.messages(), [
    { state: 'sent', receipt: 'receipt of egw-test-1-1' },
    { state: 'sent', receipt: 'receipt of egw-test-1-2' },
    { state: 'sent' },
  ]);
  await bench.clock.advance(60 * minuteMs);
  t.equal(bench.accepted.length, 3);
  t.same(bench.deliveries.notes(), []);
});

t.test('it is tried again from memory, and on disk when that can be written again', async (t) => {
  const bench = await overtaken([ana]);
  await bench.clock.advance(5 * minuteMs);
  bench.storeFault = () => undefined;
  await bench.clock.advance(minuteMs);
  bench.reception = () => 'accepts';
  await bench.clock.advance(30 * minuteMs);
  t.same(accepted(bench), ['ana egw-test-1-1']);
  t.match(bench.messages(), [{ state: 'sent' }]);
});

t.test('a try whose end cannot be written is followed by others from memory', async (t) => {
  for (const fault of ['refused', 'done'] as const) {
    const bench = await overtaken([ana]);
    bench.storeFault = (name) => (name === 'endDelivery' ? fault : undefined);
    await bench.clock.advance(minuteMs);
    bench.storeFault = (name) => (/^(begin|end)/.test(name) ? 'refused' : undefined);
    bench.reception = () => 'accepts';
    await bench.clock.advance(5 * minuteMs);
    t.same(accepted(bench), ['ana egw-test-1-1'], fault);
    bench.storeFault = () => undefined;
    await bench.clock.advance(5 * minuteMs);
    t.same(accepted(bench), ['ana egw-test-1-1']);
    t.match(bench.messages(), [{ state: 'sent' }]);
  }
});

t.test('what is refused from memory is given up on disk', async (t) => {
  const bench = await overtaken([ana]);
  bench.reception = () => 'refuses';
  await bench.clock.advance(5 * minuteMs);
  bench.storeFault = () => undefined;
  await bench.clock.advance(minuteMs);
  t.match(bench.messages(), [{ state: 'failed', reason: 'there is no credit left (pay)' }]);
});

t.test('a refusal that passes at once changes nothing, and neither does another fault', async (t) => {
  for (const fault of ['refused', 'undone', 'done'] as const) {
    const bench = await overtaken([ana]);
    let faults = 0;
    bench.storeFault = (name) => (name === 'beginDelivery' && (faults += 1) === 1 ? fault : undefined);
    bench.reception = () => 'accepts';
    await bench.clock.advance(5 * minuteMs);
    t.same(accepted(bench), ['ana egw-test-1-1'], fault);
    t.match(bench.messages(), [{ state: 'sent' }]);
  }
});

t.test('a gateway that starts on a medium that takes nothing sends what waits there', async (t) => {
  const bench = await overtaken([mail]);
  bench.storeFault = () => undefined;
  bench.reception = (_notifier, recipient) => (recipient === 'ana' ? 'hangs' : 'away');
  await bench.clock.advance(25_000);
  t.same(
    bench.messages().map(({ state }) => state),
    ['sending', 'queued'],
  );
  bench.die();
  bench.reception = () => 'accepts';
  bench.storeFault = (name) => (/^(begin|end|settle)/.test(name) ? 'refused' : undefined);
  bench.start();
  await bench.clock.advance(5 * minuteMs);
  t.same(accepted(bench), ['bob egw-test-1-2']);
  bench.storeFault = () => undefined;
  await bench.clock.advance(minuteMs);
  t.same(
    accepted(bench),
    ['bob egw-test-1-2', 'ana egw-test-1-1'],
    'what may have gone out, when it can be noted',
  );
  t.match(bench.messages(), [
    { state: 'sent', unclear: 1 },
    { state: 'sent', unclear: 0 },
  ]);
});

t.test('more than memory holds is sent part by part, and a gateway that dies tells it again', async (t) => {
  const many = { ...mail, recipients: Array.from({ length: 150 }, (_, index) => `p${index}`) };
  const bench = await overtaken([many]);
  const reception: Reception = 'accepts';
  bench.reception = () => reception;
  await bench.clock.advance(5 * minuteMs);
  t.equal(new Set(accepted(bench)).size, 150);
  t.equal(bench.accepted.length, 150);
  bench.die();
  bench.storeFault = () => undefined;
  bench.start();
  await bench.clock.advance(60 * minuteMs);
  t.equal(bench.accepted.length, 300);
});
