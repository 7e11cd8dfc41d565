import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { dataDirectory } from './config/data-directory.ts';
import { parseDotenv } from './config/dotenv.ts';
import { processSettings } from './config/process-settings.ts';
import { describeError, errorCodeOf, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import type { Environment, OfflineCommand } from './faces/cli/cli-run.ts';
import { createGatewayClient } from './faces/cli/gateway-client.ts';
import { createPaint } from './faces/cli/paint.ts';
import { checkService } from './features/service/check-service.ts';
import { installService, uninstallService } from './features/service/install-service.ts';
import { startService, stopService } from './features/service/service-control.ts';
import type { GatewayWord, ServiceParts } from './features/service/service-host.ts';
import { followLogs } from './features/service/service-logs.ts';
import { serviceStatus } from './features/service/service-status.ts';
import { changeView, checkView, logView, statusView } from './service-views.ts';
import { fileMode } from './system/file-mode.ts';
import { realClock } from './system/real-clock.ts';
import { realDisk } from './system/real-disk.ts';
import { createRealPrograms } from './system/real-programs.ts';

type Call = Parameters<OfflineCommand['run']>[0];
type Form = Omit<OfflineCommand, 'run'>;
type Verb = (call: Call, parts: ServiceParts, options: Options) => Promise<number>;

interface Options {
  readonly as?: string;
  readonly lines?: string;
  readonly force?: boolean;
  readonly 'dry-run'?: boolean;
  readonly follow?: boolean;
}

const linesDefault = 20;
const linesMax = 100_000;

/**
 * Runs one of the verbs on this machine and answers the exit code. Errors: those of the verb.
 *
 * @param elsewhere what of the machine is otherwise
 */
export async function runServiceVerb(
  form: Form,
  call: Call,
  elsewhere: Partial<ServiceParts['host']> = {},
): Promise<number> {
  const { run, options } = verbs[form.verb] ?? verbs['service status'];
  return await run(call, partsOf(call.environment, elsewhere), readOptions(form, options, call.argv));
}

interface VerbEntry {
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly run: Verb;
}

const dryRun = { 'dry-run': { type: 'boolean' } } as const;

const verbs: Readonly<Record<string, VerbEntry>> & { readonly 'service status': VerbEntry } = {
  'service install': {
    options: { ...dryRun, as: { type: 'string' }, force: { type: 'boolean' } },
    run: async (call, parts, options) => {
      const wish = {
        isDryRun: options['dry-run'] === true,
        isForced: options.force === true,
        ...(options.as !== undefined && { account: options.as }),
      };
      return print(call, await installService(parts, wish), (change) => changeView(change, wish.isDryRun));
    },
  },
  'service uninstall': {
    options: dryRun,
    run: async (call, parts, options) => {
      const isDryRun = options['dry-run'] === true;
      return print(call, await uninstallService(parts, isDryRun), (change) => changeView(change, isDryRun));
    },
  },
  'service start': {
    options: {},
    run: async (call, parts) => print(call, await startService(parts), changeView),
  },
  'service stop': {
    options: {},
    run: async (call, parts) => print(call, await stopService(parts), changeView),
  },
  'service status': { options: {}, run: showStatus },
  'service logs': {
    options: { lines: { type: 'string', short: 'n' }, follow: { type: 'boolean', short: 'f' } },
    run: showLogs,
  },
  'service check': { options: {}, run: showCheck },
};

function print<Answer>({ io, json }: Call, answer: Answer, view: (answer: Answer) => string): number {
  io.stdout.write(json ? `${JSON.stringify(answer)}\n` : view(answer));
  return exitCodes.ok;
}

async function showStatus(call: Call, parts: ServiceParts): Promise<number> {
  const status = await serviceStatus(parts);
  const paint = createPaint(call.io.stdout, call.environment);
  print(call, status, (answer) => statusView(answer, realClock.wall(), paint));
  return status.isRunning ? exitCodes.ok : exitCodes.gateway_unreachable;
}

async function askGateway(directory: string, environment: Environment): Promise<GatewayWord> {
  // The command line asks the demo home where there is no other: that is not this one.
  const socket = join(directory, 'egw.sock');
  if (!existsSync(socket)) return { refusal: `no gateway answers on ${socket}` };
  const client = createGatewayClient(
    { url: undefined, token: undefined },
    { ...environment, EGW_URL: undefined, EGW_DATA_DIR: directory },
  );
  try {
    const { body } = await client.ask({ method: 'GET', path: '/api/v1/status' });
    const { state, version } = body as {
      readonly state: { readonly status: string; readonly uptimeMs: number };
      readonly version: { readonly version: string };
    };
    return { status: state.status, uptimeMs: state.uptimeMs, version: version.version };
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return { refusal: describeError(error) };
  }
}

async function showLogs(call: Call, parts: ServiceParts, options: Options): Promise<number> {
  const abort = new AbortController();
  const cancel = call.io.onInterrupt(() => abort.abort());
  const wish = { lines: lineCount(options.lines), follows: options.follow === true };
  try {
    await followLogs(parts, wish, (line) => call.io.stdout.write(logView(line, call.json)), abort.signal);
  } finally {
    cancel();
  }
  return exitCodes.ok;
}

function lineCount(text: string | undefined): number {
  const count = text === undefined ? linesDefault : Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= linesMax) return count;
  throw new GatewayError('command_unknown', `-n ${JSON.stringify(text)} is no number of lines`, {
    hint: `give one from 0 to ${linesMax}: egw service logs -n 20`,
  });
}

async function showCheck(call: Call, parts: ServiceParts): Promise<number> {
  const settings = new Set(processSettings.map(({ variable }) => variable));
  const check = await checkService(parts, { settings, readVariables });
  print(call, check, (answer) => checkView(answer, createPaint(call.io.stdout, call.environment)));
  return check.problems.length === 0 ? exitCodes.ok : exitCodes.unexpected;
}

function readVariables(text: string): ReturnType<Parameters<typeof checkService>[1]['readVariables']> {
  const { entries, problems } = parseDotenv(text);
  return {
    variables: Object.fromEntries(entries.map(({ name, value }) => [name, value])),
    problems: problems.map(
      ({ line, name, message }) => `line ${line}${name === undefined ? '' : `, ${name}`}: ${message}`,
    ),
  };
}

function readOptions({ verb, usage }: Form, options: VerbEntry['options'], argv: readonly string[]): Options {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false }).values;
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), {
      hint: `egw ${verb} ${usage}`.trim(),
      cause,
    });
  }
}

function partsOf(environment: Environment, elsewhere: Partial<ServiceParts['host']>): ServiceParts {
  const here = environment['EGW_CONFIG'] ?? '';
  const { uid, username } = whoAsks();
  return {
    host: {
      platform: process.platform,
      isSystemdBooted: existsSync('/run/systemd/system'),
      isContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
      userId: uid,
      userName: username,
      home: homedir(),
      // The compiled program where this one is, else its source.
      program: [process.execPath, join(import.meta.dirname, `main${extname(import.meta.filename)}`)],
      environment: { ...environment, ...(here !== '' && { EGW_CONFIG: resolve(here) }) },
      fileMode: modeSeen,
      ...elsewhere,
    },
    programs: createRealPrograms(environment),
    disk: realDisk,
    clock: realClock,
    askGateway: async (directory) => await askGateway(directory, environment),
    defaultDataDirectory: (settings) => resolve(dataDirectory({}, settings)),
  };
}

/** A container may run as a number that nobody has. */
function whoAsks(): { readonly uid: number; readonly username: string } {
  try {
    return userInfo();
  } catch {
    const uid = process.getuid?.() ?? -1;
    return { uid, username: String(uid) };
  }
}

/** What stands in a folder that one may not look into is not seen. */
function modeSeen(path: string): number | undefined {
  try {
    return fileMode(path);
  } catch {
    return undefined;
  }
}
