import { spawnSync } from 'node:child_process';
import t from 'tap';
import { createRedact } from '../../gateway/config/redact.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { LogLevelTree } from '../../gateway/core/log-level-tree.ts';
import type { Logger } from '../../gateway/core/logger.ts';
import { chooseLogFormat } from '../../gateway/system/log-format.ts';
import { createPinoLogger } from '../../gateway/system/pino-logger.ts';

function capture(
  format: 'json' | 'pretty',
  level: 'debug' | 'info' = 'info',
): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  return { log: createPinoLogger({ level, format, redact: createRedact(['hunter2']), stream }), lines };
}

t.test('a line of JSON has its level by name, its time, its facts and its message', (t) => {
  const { log, lines } = capture('json');
  log.child({ task: 'harvest:roof' }).warn({ device: 'roof', tries: 3 }, 'device down 100 %s');
  log.debug({}, 'not at this level');
  t.equal(lines.length, 1);
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  t.match(line, { level: 'warn', task: 'harvest:roof', device: 'roof', tries: 3, msg: 'device down 100 %s' });
  t.match(line['time'], /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  t.end();
});

t.test('one part of the log can tell more than the others, from one line to the next', (t) => {
  const lines: string[] = [];
  const level = new LogLevelTree('warn');
  const stream = { write: (line: string) => lines.push(line) };
  const log = createPinoLogger({ level, format: 'json', redact: (value) => value, stream });
  const roof = log.child({ device: 'roof' });
  const meter = log.child({ device: 'meter' });
  level.set('device:roof', 'debug');
  for (const each of [log, roof, meter]) each.debug({}, 'asked');
  t.match(
    lines.map((line) => JSON.parse(line) as unknown),
    [{ device: 'roof', msg: 'asked' }],
  );
  level.set('device:roof', undefined);
  roof.debug({}, 'asked');
  t.equal(lines.length, 1);
  t.end();
});

t.test('secrets are in no line: not in facts, messages, errors or what a child carries', (t) => {
  const { log, lines } = capture('json', 'debug');
  const cause = new GatewayError('forbidden', 'with hunter2');
  const error = new GatewayError('not_found', 'hunter2', { hint: 'hunter2', cause, facts: { token: 'abc' } });
  log
    .child({ password: 'abc', url: 'http://u:hunter2@h/' })
    .error({ error, other: new TypeError('hunter2') }, 'of hunter2');
  t.notMatch(lines.join(''), /hunter2|abc/);
  t.match(JSON.parse(lines[0] ?? ''), {
    error: { code: 'not_found', cause: { code: 'forbidden' } },
    other: { type: 'TypeError', stack: /\n/ },
  });
  t.end();
});

t.test('a line for people is short, and nothing in it can forge another or move the cursor', (t) => {
  const { log, lines } = capture('pretty');
  log.info({ address: 'http://127.0.0.1:8080', note: 'two words', count: 2 }, 'listening');
  log.error({ name: '\u001b[2Jevil\nline' }, 'bad\r\nforged \u001b[31m');
  t.match(
    lines[0],
    /^\d\d:\d\d:\d\d info {2}listening address=http:\/\/127.0.0.1:8080 note="two words" count=2\n$/,
  );
  t.equal(lines.length, 2);
  for (const line of lines) t.match(line, /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\n]*\n$/);
  t.end();
});

t.test('lines are for people on a terminal only, unless told', (t) => {
  t.equal(chooseLogFormat('auto', true), 'pretty');
  t.equal(chooseLogFormat('auto', false), 'json');
  t.equal(chooseLogFormat('json', true), 'json');
  t.equal(chooseLogFormat('pretty', false), 'pretty');
  t.end();
});

const program = `
import { createPinoLogger } from ${JSON.stringify(new URL('../../gateway/system/pino-logger.ts', import.meta.url).href)};
const log = createPinoLogger({ level: 'info', format: 'json', redact: (value) => value });
`;

t.test('the last line before the end of the process is out', (t) => {
  const run = spawnSync(process.execPath, [
    '--no-warnings',
    '--input-type=module',
    '-e',
    `${program}log.info({}, 'last words'); process.kill(process.pid, 'SIGKILL');`,
  ]);
  t.match(JSON.parse(run.stdout.toString()), { msg: 'last words' });
  t.end();
});

t.test('a reader that has gone does not end the process', (t) => {
  const script = `${program}
    setTimeout(() => { for (let i = 0; i < 50; i += 1) log.info({}, 'x'); }, 300);
    setTimeout(() => process.stderr.write('alive'), 600);`;
  const shell = '"$0" --no-warnings --input-type=module -e "$1" | true; exit "${PIPESTATUS[0]}"';
  const run = spawnSync('bash', ['-c', shell, process.execPath, script]);
  t.equal(run.stderr.toString(), 'alive');
  t.equal(run.status, 0);
  t.end();
});
