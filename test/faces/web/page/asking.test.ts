import t from 'tap';
import { createAsking, type Asking } from '../../../../gateway/faces/web/page/asking.ts';

interface Scene {
  readonly asking: Asking;
  /** Lets the oldest question that is open be answered. */
  answer(error?: Error): Promise<void>;
  tick(): void;
  asked(): number;
  told(): string;
}

function scene(isHidden = false): Scene {
  const open: ((error?: Error) => void)[] = [];
  let count = 0;
  let tick = (): void => undefined;
  let told = '';
  const every = (_periodMs: number, callback: () => void): (() => void) => {
    tick = callback;
    return () => (tick = () => undefined);
  };
  const asking = createAsking({
    time: { every },
    periodMs: () => 5_000,
    tell: (words) => (told = words),
    isHidden: () => isHidden,
    load: async () => {
      count += 1;
      await new Promise<void>((resolve, reject) => {
        open.push((error) => (error === undefined ? resolve() : reject(error)));
      });
    },
  });
  return {
    asking,
    tick: () => tick(),
    asked: () => count,
    told: () => told,
    answer: async (error) => {
      open.shift()?.(error);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

t.test('a gateway that is slow is not asked again while it answers', async (t) => {
  const { asking, tick, asked, answer } = scene();
  asking.start();
  for (let count = 0; count < 100; count += 1) tick();
  t.equal(asked(), 1);
  await answer();
  t.equal(asked(), 1, 'what was skipped is not made up for');
  tick();
  t.equal(asked(), 2);
});

t.test('what changed while an answer was on its way is asked for right after it, once', async (t) => {
  const { asking, asked, answer } = scene();
  asking.start();
  for (let count = 0; count < 5; count += 1) asking.start();
  t.equal(asked(), 1);
  await answer();
  t.equal(asked(), 2);
  await answer();
  t.equal(asked(), 2);
});

t.test('a failure is told and the next answer ends it; after a stop nothing is asked', async (t) => {
  const { asking, tick, asked, answer, told } = scene();
  asking.start();
  await answer(new Error('x'));
  t.match(told(), /^These may be old/);
  tick();
  await answer();
  t.equal(told(), '');
  asking.start();
  asking.start();
  asking.stop();
  await answer();
  tick();
  t.equal(asked(), 3);
});

t.test(
  'what somebody changed is asked for after the answer that is on its way, which is from before',
  async (t) => {
    const { asking, tick, asked, answer } = scene();
    const done: string[] = [];
    asking.start();
    void asking.anew().then(() => done.push('first'));
    void asking.anew().then(() => done.push('second'));
    t.equal(asked(), 1, 'answers do not overtake each other');
    await answer();
    t.equal(asked(), 2, 'both by one question');
    void asking.anew().then(() => done.push('third'));
    t.same(done, []);
    await answer();
    t.same(done, ['first', 'second']);
    t.equal(asked(), 3, 'a change after a question was sent is not in its answer');
    tick();
    await answer(new Error('x'));
    t.same(done, ['first', 'second', 'third'], 'the deed is done even when what is there is not told');
    void asking.anew();
    t.equal(asked(), 3);
    await answer();
    t.equal(asked(), 4, 'when nothing is on its way, at once');
    await answer();
    asking.start();
    t.equal(asked(), 5);
    asking.stop();
  },
);

t.test('while nobody looks nothing is asked', (t) => {
  const { asking, tick, asked } = scene(true);
  asking.start();
  tick();
  t.equal(asked(), 0);
  t.end();
});
