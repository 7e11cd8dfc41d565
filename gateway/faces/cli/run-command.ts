import type { CommandDeclaration } from '../../features/command.ts';
import { pathParameters } from '../commands/command-registry.ts';
import { inputFromText } from '../commands/input-from-text.ts';
import { jsonSchemaOf } from '../commands/json-schema.ts';
import type { CliRun } from './cli-run.ts';
import { globalOptions, readArguments, verbFormOf, type VerbArguments } from './command-line.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { createGatewayClient, type ClientAnswer, type ClientRequestParts } from './gateway-client.ts';
import { createPaint } from './paint.ts';
import { renderAnswer } from './render-answer.ts';
import { reportRefusal, reportUsage } from './report.ts';
import { saveStream } from './save-stream.ts';
import { views } from './views.ts';

/** Asks the gateway to run a command, and prints its answer. Errors: those of the client. */
export async function runCommand(run: CliRun, command: CommandDeclaration): Promise<number> {
  const given = readArguments(run.argv, verbFormOf(command));
  if ('message' in given) return reportUsage(run, given);
  const client = createGatewayClient(
    { url: given.texts['url'], token: given.texts['token'] },
    run.environment,
  );
  const request = requestOf(command, given);
  if (command.http.streams !== undefined) return await saveStream(run, client, request, given.texts['out']);
  const answer = await client.ask(request);
  if (answer.status >= 400 && !isAnswer(command, answer)) return reportRefusal(run, answer);
  run.io.stdout.write(
    given.flags.has('json') ? `${JSON.stringify(answer.body, null, 2)}\n` : textOf(run, command, answer),
  );
  return exitCodes.ok;
}

/** Some answers come with an error's status, such as that of health: these are no problem documents. */
function isAnswer({ http }: CommandDeclaration, { body }: ClientAnswer): boolean {
  return typeof http.status === 'function' && typeof body === 'object' && body !== null && !('code' in body);
}

function textOf({ io, environment }: CliRun, command: CommandDeclaration, { body }: ClientAnswer): string {
  const paint = createPaint(io.stdout, environment);
  const view = views[command.id];
  return view === undefined ? renderAnswer(command, body, paint) : view(body, paint);
}

function requestOf(
  { input, http, cli }: CommandDeclaration,
  { flags, texts }: VerbArguments,
): ClientRequestParts {
  const switches = [...flags].map((name) => [name, 'true'] as const);
  const given = { ...cli?.defaults, ...texts, ...Object.fromEntries(switches) };
  const inPath = pathParameters(http.path);
  const path = http.path.replaceAll(/:([A-Za-z]+)/g, (_match, name: string) =>
    encodeURIComponent(given[name] ?? ''),
  );
  const isInput = (name: string): boolean =>
    !inPath.includes(name) && !Object.hasOwn(globalOptions, name) && name !== 'out';
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => isInput(name)));
  const patience = http.answerMsMax === undefined ? {} : { answerMsMax: http.answerMsMax };
  if (http.method !== 'GET' && http.method !== 'DELETE') {
    return { method: http.method, path, body: inputFromText(jsonSchemaOf(input), rest), ...patience };
  }
  const query = new URLSearchParams(rest).toString();
  return { method: http.method, path: query === '' ? path : `${path}?${query}`, ...patience };
}
