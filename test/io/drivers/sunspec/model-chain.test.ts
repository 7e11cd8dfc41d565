import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../../../gateway/core/errors.ts';
import { readModelChain } from '../../../../gateway/io/drivers/sunspec/model-chain.ts';
import { anyModel, integerInverter } from './devices.ts';
import { common, exception, failure, RegisterImage, type ModelImage } from './register-image.ts';

const first = common({ maker: 'M', model: 'M', serial: '1' }, 65);

async function walk(image: RegisterImage): Promise<string[]> {
  const blocks = await readModelChain(image.read);
  return blocks.map(({ id, address, length, part }) => `${id}@${address}+${length}/${part}`);
}

t.test('the marker is found at each base', async (t) => {
  for (const base of [40_000, 50_000, 0, 40_001, 50_001, 1]) {
    const image = RegisterImage.of([first, integerInverter(103)], base);
    t.strictSame(await walk(image), [`1@${base + 2}+65/0`, `103@${base + 69}+50/0`], `${base}`);
    t.ok(image.requests.length <= 9, `${image.requests.length} requests`);
  }
});

t.test('registers at a base that are no marker are passed over', async (t) => {
  const image = RegisterImage.of([first], 50_000);
  image.put(40_000, [0x5375, 0x6e54]);
  t.strictSame(await walk(image), ['1@50002+65/0']);
});

t.test('unknown models are skipped by their length, and each common model begins a part', async (t) => {
  const image = RegisterImage.of([first, anyModel(64_001, 7), anyModel(101, 50), first, anyModel(201, 105)]);
  t.strictSame(await walk(image), [
    '1@40002+65/0',
    '64001@40069+7/0',
    '101@40078+50/0',
    '1@40130+65/1',
    '201@40197+105/1',
  ]);
});

t.test('the chain ends with its marker, with nothing, or where the device refuses', async (t) => {
  for (const endMarker of [[0xffff, 0], [0xffff, 0xffff], [0xffff], [0, 0], []]) {
    t.strictSame(
      await walk(RegisterImage.of([first], 40_000, endMarker)),
      ['1@40002+65/0'],
      endMarker.join(' '),
    );
  }
});

t.test('a model that reaches beyond the last register ends the chain', async (t) => {
  const lie = (saidLength: number): ModelImage[] => [first, { ...anyModel(103, 50), saidLength }];
  t.strictSame(await walk(RegisterImage.of(lie(0xffff))), ['1@40002+65/0']);
  t.strictSame(await walk(RegisterImage.of(lie(65_536 - 40_071))), ['1@40002+65/0', '103@40069+25465/0']);
  t.strictSame(await walk(RegisterImage.of(lie(65_536 - 40_070))), ['1@40002+65/0']);
});

t.test('models without length are a chain all the same, of 64 at most', async (t) => {
  const image = RegisterImage.of(Array.from({ length: 100 }, () => anyModel(9, 0)));
  t.equal((await walk(image)).length, 64);
  t.equal(image.requests.length, 65);
});

t.test('only "there is nothing" is taken for an end; all other trouble is thrown', async (t) => {
  for (const code of [1, 2, 3]) {
    const image = RegisterImage.of([first]);
    image.failure = ({ address }) => (address === 40_069 ? exception(code) : undefined);
    t.strictSame(await walk(image), ['1@40002+65/0'], `exception ${code}`);
  }
  for (const error of [4, 5, 6, 8, 10, 11].map(exception)) {
    for (const at of [40_000, 40_069]) {
      const image = RegisterImage.of([first]);
      image.failure = ({ address }) => (address === at ? error : undefined);
      await t.rejects(walk(image), { code: error.code }, `${error.message} at ${at}`);
    }
  }
  const image = RegisterImage.of([first, first]);
  image.failure = ({ address }) => (address > 40_069 ? failure('connection_closed') : undefined);
  await t.rejects(walk(image), { code: 'connection_closed' });
});

t.test('whatever the registers hold, the walk ends soon, and goes up', async (t) => {
  const anyWord = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 0xffff }));
  await fc.assert(
    fc.asyncProperty(fc.array(anyWord, { maxLength: 600 }), fc.boolean(), async (words, isMarked) => {
      const image = new RegisterImage();
      image.put(40_000, [...(isMarked ? [0x5375, 0x6e53] : []), ...words]);
      try {
        const blocks = await readModelChain(image.read);
        for (const [index, block] of blocks.entries()) {
          const before = blocks[index - 1];
          t.ok(before === undefined || block.address === before.address + 2 + before.length);
        }
      } catch (error) {
        if (isMarked || errorCodeOf(error) !== 'device_unknown') throw error;
      }
      return image.requests.length <= 6 + 64 + 1;
    }),
  );
});
