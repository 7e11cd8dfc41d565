import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import t from 'tap';
import { Ballast } from '../../gateway/storage/ballast.ts';

const mb = 1_048_576;
const large = { freeBytes: 1_000 * mb, totalBytes: 2_000 * mb };

t.test('it grows by steps to its size, and its bytes cannot be made smaller', (t) => {
  const directory = t.testdir();
  const ballast = new Ballast(directory, mb);
  t.equal(ballast.bytes, 0);
  t.equal(ballast.grow(large), true, 'more is to come');
  while (ballast.grow(large));
  t.equal(ballast.bytes, mb);
  const bytes = readFileSync(join(directory, 'egw.ballast'));
  t.ok(deflateSync(bytes).length > 0.99 * mb);
  t.ok(statSync(join(directory, 'egw.ballast')).blocks * 512 >= mb, 'it is all there, without a hole');
  t.equal(ballast.grow(large), false);
  t.end();
});

t.test('readings get most of it once, and what is urgent all of it', (t) => {
  const ballast = new Ballast(t.testdir(), mb);
  t.equal(ballast.release(true), false, 'there is none yet');
  while (ballast.grow(large));
  t.equal(ballast.release(false), true);
  t.equal(ballast.bytes, mb / 4);
  t.equal(ballast.release(false), false);
  t.equal(ballast.release(true), true);
  t.equal(ballast.bytes, 0);
  while (ballast.grow(large));
  t.equal(ballast.release(false), true, 'it has grown again');
  t.end();
});

t.test('on a small disk it is small, and it does not take the last room', (t) => {
  const ballast = new Ballast(t.testdir());
  while (ballast.grow({ freeBytes: 20 * mb - ballast.bytes, totalBytes: 20 * mb }));
  t.equal(ballast.bytes, mb);
  ballast.release(true);
  t.equal(ballast.grow({ freeBytes: 0.5 * mb, totalBytes: 20 * mb }), false);
  t.equal(ballast.bytes, 0);
  t.end();
});

t.test('a disk that refuses it is no error', (t) => {
  const directory = t.testdir();
  writeFileSync(join(directory, 'file'), '');
  t.equal(new Ballast(join(directory, 'file')).grow(large), false);
  t.end();
});
