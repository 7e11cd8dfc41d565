import t from 'tap';
import { firstFilled, netOf } from '../../../gateway/io/drivers/alternatives.ts';
import { createPollDecoder } from '../../../gateway/io/drivers/decode-poll.ts';
import type { DecodedValue } from '../../../gateway/io/drivers/driver.ts';
import type { DerivedField, RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { exampleDriver } from './example-driver.ts';

const names = ['first', 'second'] as const;
const refused = 'refused';
const failed = 'failed';
type Said = number | typeof refused | typeof failed;

/** What becomes of a quantity when two registers say this, each read in a request of its own. */
function decoded(derived: readonly DerivedField[], said: readonly Said[]): DecodedValue | undefined {
  const fields = names.map((name, index): RegisterField => ({
    name,
    table: 'input',
    address: 10 * index,
    encoding: 'u16',
    notAvailable: [0xffff],
    min: 0,
    max: 1_000,
  }));
  const blocks = said.map((value, index) => ({
    range: { table: 'input', address: 10 * index, count: 1 } as const,
    words: typeof value === 'number' ? Uint16Array.of(value) : undefined,
  }));
  const without = new Set(names.filter((_, index) => said[index] === refused));
  return createPollDecoder(exampleDriver({ fields, derived }), without)(blocks)[0];
}

/** Undefined where the device has not the quantity. */
function valueOf(derived: readonly DerivedField[], ...said: Said[]): number | 'missing' | undefined {
  const value = decoded(derived, said);
  return value?.quality === 'missing' ? 'missing' : value?.value;
}

t.test('of several registers the first that is filled counts', (t) => {
  const filled = firstFilled('pv_power_w', names);
  t.equal(valueOf(filled, 5, 7), 5);
  t.equal(valueOf(filled, 0, 7), 7, 'a model that leaves it 0');
  t.equal(valueOf(filled, 0xffff, 7), 7, 'a model that says that it is not available');
  t.equal(valueOf(filled, refused, 7), 7);
  t.equal(valueOf(filled, 5, refused), 5);
  t.equal(valueOf(filled, 0, 0), 0, 'nothing is a value too');
  t.equal(valueOf(filled, 0, refused), 0);
  t.equal(valueOf(filled, 0xffff, failed), 'missing');
  t.equal(valueOf(filled, refused, refused), undefined);
  t.equal(decoded(filled, [2_000, 7])?.quality, 'suspect', 'and an implausible one is not replaced');
  t.end();
});

t.test('what comes in less what goes out', (t) => {
  const net = netOf('grid_power_w', ...names);
  t.equal(valueOf(net, 5, 7), -2);
  t.equal(valueOf(net, 5, failed), 'missing', 'half of it is not known this once');
  t.equal(valueOf(net, failed, 7), 'missing');
  t.equal(valueOf(net, 5, refused), 5, 'a device with one direction tells while something flows');
  t.equal(valueOf(net, 0, refused), 'missing', 'and not whether nothing does');
  t.equal(valueOf(net, refused, 7), -7);
  t.equal(valueOf(net, refused, 0), 'missing');
  t.end();
});
