import { resolve } from 'node:path';
import type { AnswerFormat, CommandDeclaration } from '../../features/command.ts';
import { pathParameters } from '../commands/command-registry.ts';
import { inputFromText } from '../commands/input-from-text.ts';
import { jsonSchemaOf } from '../commands/json-schema.ts';
import type { CliRun } from './cli-run.ts';
import { readArguments, verbFormOf, type UsageProblem, type VerbArguments } from './command-line.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import {
  createGatewayClient,
  type ClientAnswer,
  type ClientRequestParts,
  type GatewayClient,
} from './gateway-client.ts';
import { createPaint } from './paint.ts';
import { renderAnswer } from './render-answer.ts';
import { readGivenFile } from './read-given-file.ts';
import { withSecret } from './read-secret.ts';
import { reportRefusal, reportUsage } from './report.ts';
import { saveStream } from './save-stream.ts';
import { csvViews, views } from './views.ts';

/** Asks the gateway to run a command, and prints its answer. Errors: those of the client. */
export async function runCommand(run: CliRun, command: CommandDeclaration): Promise<number> {
  const given = readArguments(run.argv, verbFormOf(command));
  if ('message' in given) return reportUsage(run, given);
  const format = formatOf(command, given);
  if (typeof format === 'object') return reportUsage(run, format);
  command.cli?.check?.(given.texts);
  const client = createGatewayClient(given.texts, run.environment);
  const whole = await withSecret(run, command, withFile(command, given));
  const request = requestOf(command, withFolder(run, command, whole, client));
  if (command.http.streams !== undefined) {
    const replacesFile = command.cli?.replacesFile === true;
    return await saveStream(run, client, request, { file: given.texts['out'], replacesFile });
  }
  const answer = await client.ask(request);
  if (answer.status >= 400 && !isAnswer(command, answer)) return reportRefusal(run, answer);
  run.io.stdout.write(textOf(run, command, answer, format));
  return command.cli?.isFailure?.(answer.body) === true ? exitCodes.unexpected : exitCodes.ok;
}

function formatOf({ cli }: CommandDeclaration, { flags, texts }: VerbArguments): AnswerFormat | UsageProblem {
  if (flags.has('json')) return 'json';
  const formats = cli?.formats;
  // Of some commands it is an input like others.
  const wanted = formats === undefined ? undefined : texts['format'];
  if (wanted === undefined) return 'table';
  const hint = `give ${formats?.join(', ') ?? ''}`;
  return formats?.find((format) => format === wanted) ?? { message: `there is no format ${wanted}`, hint };
}

/** Some answers come with an error's status, such as that of health: these are no problem documents. */
function isAnswer({ http }: CommandDeclaration, { body }: ClientAnswer): boolean {
  return typeof http.status === 'function' && typeof body === 'object' && body !== null && !('code' in body);
}

function textOf(
  { io, environment }: CliRun,
  command: CommandDeclaration,
  { body }: ClientAnswer,
  format: AnswerFormat,
): string {
  if (format === 'json') return `${JSON.stringify(body, null, 2)}\n`;
  if (format === 'csv') return csvViews[command.id]?.(body) ?? '';
  const paint = createPaint(io.stdout, environment);
  const view = views[command.id];
  return view === undefined ? renderAnswer(command, body, paint) : view(body, paint, io.stdout.columns);
}

/** What stands in the file, instead of its name. Errors: `input_invalid`. */
function withFile({ cli }: CommandDeclaration, given: VerbArguments): VerbArguments {
  const { readsFile } = cli ?? {};
  const path = readsFile === undefined ? undefined : given.texts[readsFile];
  if (readsFile === undefined || path === undefined) return given;
  return { ...given, texts: { ...given.texts, [readsFile]: readGivenFile(path) } };
}

/** Over the network it would be a folder of another machine. */
function withFolder(
  { folder }: CliRun,
  { cli }: CommandDeclaration,
  given: VerbArguments,
  { isOwners }: GatewayClient,
): VerbArguments {
  if (cli?.fromFolder === undefined || folder === undefined || !isOwners) return given;
  const { path, unlessGiven } = cli.fromFolder;
  const said = given.texts[path];
  const found = said === undefined ? { [unlessGiven]: folder } : { [path]: resolve(folder, said) };
  return { ...given, texts: { ...given.texts, ...found } };
}

function requestOf(
  { input, http, cli }: CommandDeclaration,
  { flags, texts, lists }: VerbArguments,
): ClientRequestParts {
  const switches = [...flags].map((name) => [name, 'true'] as const);
  const given = { ...cli?.defaults, ...texts, ...Object.fromEntries(switches) };
  const inPath = pathParameters(http.path);
  const path = http.path.replaceAll(/:([A-Za-z]+)/g, (_match, name: string) =>
    encodeURIComponent(given[name] ?? ''),
  );
  const isInput = (name: string): boolean =>
    !inPath.includes(name) && Object.hasOwn(jsonSchemaOf(input).properties ?? {}, name);
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => isInput(name)));
  const patience = http.answerMsMax === undefined ? {} : { answerMsMax: http.answerMsMax };
  if (http.method !== 'GET' && http.method !== 'DELETE') {
    const body = { ...inputFromText(jsonSchemaOf(input), rest), ...lists };
    return { method: http.method, path, body, ...patience };
  }
  const query = new URLSearchParams(rest).toString();
  return { method: http.method, path: query === '' ? path : `${path}?${query}`, ...patience };
}
