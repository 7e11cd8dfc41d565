import { Readable } from 'node:stream';
import t from 'tap';
import { monotonicMs, wallMs, type Alarm, type Clock } from '../../gateway/core/clock.ts';
import { readPaced } from '../../gateway/system/read-paced.ts';

t.test('who prints more than a burst waits for the clock, and loses nothing', async (t) => {
  const waiting: (() => void)[] = [];
  const clock: Clock = { wall: () => wallMs(0), monotonic: () => monotonicMs(0) };
  const alarm: Alarm = {
    at: (_atMs, callback) => {
      waiting.push(callback);
      return () => undefined;
    },
    nextTurn: () => () => undefined,
  };
  const parts = Array.from({ length: 72 }, (_, index) => Buffer.alloc(16_384, index));
  const got: Buffer[] = [];
  const stream = Readable.from(parts, { objectMode: false });
  const over = readPaced(stream, { clock, alarm }, (part) => got.push(part));
  let bursts = 0;
  for (;;) {
    const turn = await Promise.race([over.then(() => 'over'), turns(() => waiting.length > 0)]);
    if (turn === 'over') break;
    const before = Buffer.concat(got).length;
    await turns(() => true);
    t.equal(Buffer.concat(got).length, before, 'nothing is read before its time');
    bursts += 1;
    waiting.shift()?.();
  }
  t.equal(bursts, 4, 'four bursts of 256 KiB, and a rest');
  t.ok(Buffer.concat(got).equals(Buffer.concat(parts)));
});

t.test('a stream that fails is over, and so is none', async (t) => {
  const clock: Clock = { wall: () => wallMs(0), monotonic: () => monotonicMs(0) };
  const alarm: Alarm = { at: () => () => undefined, nextTurn: () => () => undefined };
  const stream = new Readable({ read: () => undefined });
  const over = readPaced(stream, { clock, alarm }, () => undefined);
  stream.destroy(new Error('gone'));
  await t.resolves(over);
  await t.resolves(readPaced(null, { clock, alarm }, () => undefined));
});

/** Turns of the event loop until it holds, some at least. */
async function turns(condition: () => boolean): Promise<'holds'> {
  const { promise, resolve } = Promise.withResolvers<'holds'>();
  const look = (turn: number): void => {
    if (turn > 5 && condition()) {
      resolve('holds');
    } else if (turn < 1_000) {
      setImmediate(look, turn + 1);
    }
  };
  look(0);
  return await promise;
}
