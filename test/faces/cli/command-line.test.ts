import fc from 'fast-check';
import t from 'tap';
import { controlCommands } from '../../../gateway/features/control/control-commands.ts';
import {
  leadingWords,
  ownWords,
  readArguments,
  verbFormOf,
} from '../../../gateway/faces/cli/command-line.ts';
import { jobCommands } from '../../../gateway/features/jobs/job-commands.ts';

const [deviceSet] = controlCommands;
const [jobAdd] = jobCommands;

function read(line: string): ReturnType<typeof readArguments> {
  return readArguments(line.split(' '), verbFormOf(deviceSet));
}

t.test('a negative number is a value, by place, after its option and with it', (t) => {
  for (const value of ['-1500', '-0.5', '-.5', '-1e3', '0', '1500']) {
    const texts = { id: 'inverter', control: 'battery_power_w', value };
    for (const line of [
      `device set inverter battery_power_w ${value}`,
      `device set inverter battery_power_w --value=${value}`,
      `device set inverter battery_power_w --value ${value}`,
      `device set inverter battery_power_w -- ${value}`,
    ]) {
      t.match(read(line), { texts }, line);
    }
  }
  t.match(read('device set inverter battery_power_w -1500 --lease 30s --json'), {
    texts: { value: '-1500', lease: '30s' },
    flags: new Set(['json']),
  });
  t.end();
});

t.test('a negative number too many is one argument, and no option', (t) => {
  t.match(read('device set inverter battery_power_w -1500 -20'), {
    message: '-20 is one argument too many',
  });
  t.match(read('device set inverter battery_power_w -x'), { message: /there is no option -x/ });
  t.same(leadingWords(['device', 'set', 'a', 'b', '-15']), ['device', 'set', 'a', 'b', '-15']);
  t.end();
});

t.test('words after -- and texts that may be many arrive as they are, and in their order', (t) => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('--', '-', '--help', '--json', '--estimate', '-5', 'a,b', '', 'job', '=', '--env=x'),
  );
  const value = fc.string({ minLength: 1 }).filter((text) => text !== '--');
  const given = fc.tuple(fc.array(word, { minLength: 1 }), fc.array(value));
  const arrives = ([words, values]: [string[], string[]]): boolean => {
    const options = values.flatMap((text) => ['--env', text]);
    const argv = ['job', 'add', '--estimate', '2h', ...options, '--', ...words];
    const read = readArguments(argv, verbFormOf(jobAdd));
    if ('message' in read || ownWords(argv).length !== 4 + 2 * values.length) return false;
    const { argv: command = [], env = [] } = read.lists;
    return JSON.stringify([command, env]) === JSON.stringify([words, values]) && read.flags.size === 0;
  };
  fc.assert(fc.property(given, arrives));
  t.pass();
  t.end();
});
