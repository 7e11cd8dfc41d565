import t from 'tap';
import { lineLog } from '../../ble/line-log.ts';

t.test('a line is an object, and the same is told once', (t) => {
  const lines: string[] = [];
  const log = lineLog(
    (line) => lines.push(line),
    () => 5,
  );
  log.say('warn', 'one');
  log.say('warn', 'one');
  log.say('info', 'two');
  t.same(lines, [
    '{"level":40,"time":5,"name":"egw-ble","msg":"one"}\n',
    '{"level":30,"time":5,"name":"egw-ble","msg":"two"}\n',
  ]);
  t.end();
});

t.test('a stranger who makes lines come fills no disk, whatever the clock does', (t) => {
  const messages: string[] = [];
  let nowMs = 1_000_000;
  const log = lineLog(
    (line) => messages.push((JSON.parse(line) as { msg: string }).msg),
    () => nowMs,
  );
  for (let number = 0; number < 10_000; number++) {
    log.say('warn', `refused ${number % 2}`);
    nowMs += 5;
  }
  t.ok(messages.length < 90, `${messages.length} lines in fifty seconds`);
  nowMs -= 3_600_000;
  log.say('warn', 'after a step back');
  nowMs += 10_000;
  log.say('warn', 'the end');
  t.equal(messages.at(-1), 'the end');
  t.match(messages.at(-2), /^\d+ lines are left out/);
  t.end();
});
