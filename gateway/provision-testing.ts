import { parseArgs } from 'node:util';
import { describeError, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import { monotonicMs, type Alarm, type Clock } from './core/clock.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import { createRealAlarm } from './system/real-alarm.ts';
import { realClock } from './system/real-clock.ts';
import { realDisk } from './system/real-disk.ts';
import type { Central } from '../ble/tester/central.ts';
import type { TestReport, TestStep, TestWish } from '../ble/tester/provision-test.ts';

const usage =
  '[--code CODE | --qr TEXT | --label-file FILE] [--gateway ID] [--ssid SSID [--password-file FILE] [--hidden]] [--pair NAME] [--adapter 0]';

const words = {
  code: { type: 'string' },
  qr: { type: 'string' },
  'label-file': { type: 'string' },
  gateway: { type: 'string' },
  ssid: { type: 'string' },
  'password-file': { type: 'string' },
  hidden: { type: 'boolean' },
  pair: { type: 'string' },
  adapter: { type: 'string' },
} as const;

type Options = ReturnType<typeof parsed>;

/** Opens the radio that looks for gateways; tests have their own. */
type OpenCentral = (clock: BleClock, adapter: number | undefined) => Promise<Central>;

interface BleClock {
  nowMs(): number;
  after(delayMs: number, run: () => void): () => void;
}

/** Sets up a gateway nearby from this machine, as a phone does, and shows each step. */
export const provisionTest: OfflineCommand = provisionTestOver(async (clock, adapter) => {
  const { NobleCentral } = await import('../ble/tester/noble-central.ts');
  return await NobleCentral.open(clock, adapter);
});

/** The same over another radio. */
export function provisionTestOver(open: OpenCentral): OfflineCommand {
  return {
    verb: 'provision test',
    summary: 'Looks for gateways nearby over Bluetooth, and sets one up from this machine, step by step',
    usage,
    run: async ({ argv, json, io }) => {
      const options = parsed(argv);
      const adapter = adapterOf(options);
      const wish = await wishOf(options);
      const { runProvisionTest } = await import('../ble/tester/provision-test.ts');
      const clock = bleClock(realClock, createRealAlarm(realClock));
      const report = await runProvisionTest(
        {
          openCentral: () => open(clock, adapter),
          clock,
          told: (step) => {
            if (!json) io.stdout.write(stepText(step));
          },
        },
        wish,
      );
      io.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
      return exitCodeFor(report);
    },
  };
}

function parsed(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: words, allowPositionals: true });
    if (positionals.length > 0) throw wrongCall(`${JSON.stringify(positionals[0])} is too much`);
    return values;
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : wrongCall(describeError(cause), cause);
  }
}

async function wishOf(options: Options): Promise<TestWish> {
  const text = labelText(options);
  const network = networkOf(options);
  if (text === undefined && (network !== undefined || options.pair !== undefined))
    throw wrongCall('to set a gateway up, say its code: --label-file FILE, --code or --qr');
  return {
    ...(text === undefined ? {} : { label: await labelOf(text) }),
    ...(options.gateway === undefined ? {} : { gateway: options.gateway }),
    ...(options.pair === undefined ? {} : { pairAs: options.pair }),
    ...(network === undefined ? {} : { network }),
  };
}

function networkOf(options: Options): TestWish['network'] {
  const { ssid, hidden = false } = options;
  const password = passwordOf(options);
  if (ssid !== undefined) return { ssid, isHidden: hidden, ...(password === undefined ? {} : { password }) };
  if (password !== undefined || hidden) throw wrongCall('name the network: --ssid');
  return undefined;
}

function labelText(options: Options): string | undefined {
  const file = options['label-file'];
  const [text, ...more] = [options.code, options.qr, file].filter((one) => one !== undefined);
  if (more.length > 0) throw wrongCall('one of --code, --qr and --label-file is enough');
  return file === undefined ? text : firstLineOf(file);
}

async function labelOf(text: string): Promise<NonNullable<TestWish['label']>> {
  const { parseLabel } = await import('../ble/client/setup-label.ts');
  try {
    return parseLabel(text);
  } catch (cause) {
    // What was typed may be most of a code: it is not said again.
    throw new GatewayError('input_invalid', describeError(cause), {
      hint: 'it has 16 letters and digits in four groups, as on the label: 7K3M-9QXC-41TZ-HW0E',
    });
  }
}

/** Not on the command line, where every user of this machine sees it. */
function passwordOf(options: Options): string | undefined {
  const file = options['password-file'];
  return file === undefined ? undefined : firstLineOf(file);
}

function firstLineOf(file: string): string {
  const text = realDisk.readText(file);
  if (text !== undefined) return text.split(/\r?\n/, 1)[0] ?? '';
  throw new GatewayError('input_invalid', `there is no file ${file}`, { hint: usage });
}

function adapterOf({ adapter }: Options): number | undefined {
  if (adapter === undefined) return undefined;
  const number = /^(?:hci)?(\d{1,2})$/.exec(adapter)?.[1];
  if (number !== undefined) return Number(number);
  throw wrongCall(`${JSON.stringify(adapter)} is no adapter; they are called 0, 1 …`);
}

function wrongCall(message: string, cause?: unknown): GatewayError {
  return new GatewayError('command_unknown', message, {
    hint: `egw provision test ${usage}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function stepText({ step, tookMs, told }: TestStep): string {
  return `${step.padEnd(7)} ${`${tookMs} ms`.padStart(9)}  ${told}\n`;
}

function reportText({ gateways, token, problem }: TestReport): string {
  const lines = gateways.map(
    ({ gatewayId, signalDbm, state, triesLeft }) =>
      `gateway ${gatewayId}: ${signalDbm} dBm, ${state}${triesLeft < 5 && state !== 'unreachable' ? `, ${triesLeft} tries left` : ''}`,
  );
  if (token !== undefined) lines.push(`token: ${token}`);
  if (problem !== undefined) lines.push(`${problem.message} (${problem.code})`, problem.hint);
  return lines.map((line) => `${line}\n`).join('');
}

function exitCodeFor({ problem }: TestReport): number {
  if (problem === undefined) return exitCodes.ok;
  return exits[problem.code] ?? exitCodes.unexpected;
}

/** Of the codes that a script may want to tell apart; docs/cli.md has the table. */
const exits: Readonly<Record<string, number>> = {
  radio_missing: exitCodes.gateway_unreachable,
  out_of_reach: exitCodes.gateway_unreachable,
  link_lost: exitCodes.gateway_unreachable,
  no_answer: exitCodes.gateway_unreachable,
  unavailable: exitCodes.gateway_unreachable,
  busy: exitCodes.gateway_unreachable,
  closed: exitCodes.not_permitted,
  barred: exitCodes.not_permitted,
  wait: exitCodes.not_permitted,
  code_wrong: exitCodes.not_permitted,
  not_proven: exitCodes.not_permitted,
  another_gateway: exitCodes.not_permitted,
  wifi_password_wrong: exitCodes.input_refused,
  wifi_network_not_found: exitCodes.not_found,
};

function bleClock(clock: Clock, alarm: Alarm): BleClock {
  return {
    nowMs: () => clock.monotonic(),
    after: (delayMs, run) => alarm.at(monotonicMs(clock.monotonic() + delayMs), run),
  };
}
