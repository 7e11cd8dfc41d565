import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { SpotFile } from '../../../gateway/features/grid/spot-file.ts';

const range = { startMs: Date.UTC(2026, 10, 23), endMs: Date.UTC(2026, 10, 24) };

/** A file as somebody else writes it; an error is what reading it fails with. */
function opened(): { readonly file: SpotFile; write(text: string | Error | undefined): boolean } {
  let content: string | Error | undefined;
  const readText = (): string | undefined => {
    if (content instanceof Error) throw content;
    return content;
  };
  const file = new SpotFile('/data/spot.csv', { disk: { readText }, logger: silentLogger });
  return {
    file,
    write: (text) => {
      content = text;
      return file.refresh();
    },
  };
}

t.test('a file that is replaced is read anew, and only then is it news', (t) => {
  const { file, write } = opened();
  t.equal(write('time,EUR/MWh\n2026-11-23T00:00Z,10\n'), true);
  t.equal(file.refresh(), false);
  t.same(file.prices(range)[0]?.microEurosPerKwh, 10_000);
  t.equal(write('time,EUR/MWh\n2026-11-23T00:00Z,20\n'), true);
  t.same(file.prices(range)[0]?.microEurosPerKwh, 20_000);
  t.equal(file.problem, undefined);
  t.end();
});

t.test('what is wrong with it is said, and what was known stays where it cannot be read', (t) => {
  const { file, write } = opened();
  write(undefined);
  t.equal(file.problem, 'there is no file /data/spot.csv');
  write('');
  t.match(file.problem, /its first line does not name the unit/, 'an empty one');
  write('time,EUR/MWh\n2026-11-23T00:00Z,10\n2026-11-23T01:00Z,cheap\n');
  t.match(file.problem, /1 rows are not used: line 3: "cheap" is no price/);
  t.equal(write(new GatewayError('config_unreadable', 'it is 9000000 bytes long')), false);
  t.match(file.problem, /cannot be read: .*9000000 bytes/);
  t.equal(file.prices(range).length, 1);
  t.end();
});

t.test('a file of a million prices holds nobody up: it is refused, and says why', (t) => {
  const { file, write } = opened();
  write('time,EUR/MWh\n2026-11-23T00:00Z,10\n');
  write(`time,EUR/MWh\n${'2026-11-23T00:00Z,10\n'.repeat(1_000_000)}`);
  t.match(file.problem, /longer than 2097152 letters: leave out what is long ago/);
  t.equal(file.prices(range).length, 1);
  t.end();
});
