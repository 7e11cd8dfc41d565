import assert from 'node:assert';
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describeError, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import { isZone } from './core/calendar.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import { formatValue } from './faces/cli/format-value.ts';
import { createGatewayClient, type GatewayClient } from './faces/cli/gateway-client.ts';
import type { TakenPart } from './features/imports/history-intake.ts';
import { runImport, type ImportSummary, type SentPart } from './features/imports/run-import.ts';
import { importFormats } from './io/imports/index.ts';
import type { ImportFormat } from './io/imports/import-format.ts';
import { importedText, progressText } from './import-views.ts';
import { realClock } from './system/real-clock.ts';

type Call = Parameters<OfflineCommand['run']>[0];

interface Options {
  readonly path: string;
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly isDryRun: boolean;
}

const answerMsMax = 60_000;
const idForm = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const idLengthMax = 64;

/**
 * Imports the files of another program: they are read here, as the user who asks and never by the gateway, and what they
 * say is sent to it in parts. Answers the exit code. Errors: those of the format and of the client.
 */
export async function runImportCommand(id: string, call: Call): Promise<number> {
  const format = importFormats.find((one) => one.id === id);
  assert(format !== undefined, `there is no format ${id}`);
  return await importWith(format, call);
}

async function importWith(format: ImportFormat, call: Call): Promise<number> {
  const options = readOptions(format, call.argv);
  const { isDryRun } = options;
  const summary = await runHere(format, options, call);
  call.io.stdout.write(
    call.json ? `${JSON.stringify({ dryRun: isDryRun, ...summary })}\n` : importedText(summary, isDryRun),
  );
  if (summary.isPartial) return exitCodes.unexpected;
  return summary.fromMs === null ? exitCodes.not_found : exitCodes.ok;
}

/** Shows how far it has come, on a terminal, and stops at Ctrl-C. */
async function runHere(
  format: ImportFormat,
  { path, texts, isDryRun }: Options,
  { environment, io }: Call,
): Promise<ImportSummary> {
  const client = createGatewayClient({ url: texts['url'], token: texts['token'] }, environment);
  const show = (text: string): unknown => io.stderr.isTTY === true && io.stderr.write(`\r\x1b[K${text}`);
  const abort = new AbortController();
  const cancel = io.onInterrupt(() => abort.abort());
  const importId = `${format.id}-${randomUUID()}`;
  try {
    const devices = await devicesFor(format, texts, client);
    const zone = await zoneFor(texts['zone'], client);
    const knownParts = await partsOf(devices, client);
    show(`looking through ${formatValue(path)}`);
    return await runImport({
      format,
      path,
      devices,
      options: { zone, nowMs: realClock.wall(), knownParts },
      send: async (part) => await sendPart(client, { importId, dryRun: isDryRun, part }),
      onProgress: (done, rowCount, atMs) => void show(progressText(done, rowCount, atMs)),
      signal: abort.signal,
    });
  } finally {
    show('');
    cancel();
  }
}

function readOptions(format: ImportFormat, argv: readonly string[]): Options {
  const usage = `egw import ${format.id} DIR; see egw help import ${format.id}`;
  const named = [...format.groups.map(({ id }) => id), 'zone', 'url', 'token'];
  const options = {
    'dry-run': { type: 'boolean' as const },
    ...Object.fromEntries(named.map((name) => [name, { type: 'string' as const }])),
  };
  let given;
  try {
    given = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), { hint: usage, cause });
  }
  const [path, more] = given.positionals;
  if (path === undefined) throw new GatewayError('command_unknown', 'DIR is missing', { hint: usage });
  if (more !== undefined)
    throw new GatewayError('command_unknown', `${JSON.stringify(more)} is too much`, { hint: usage });
  const { 'dry-run': isDryRun, ...texts } = given.values;
  return { path, isDryRun: isDryRun === true, texts: texts };
}

/** Where a source of the same kind is configured, history joins what that reads. */
async function devicesFor(
  format: ImportFormat,
  texts: Options['texts'],
  client: GatewayClient,
): Promise<Readonly<Record<string, string>>> {
  const { sources = [] } = (await asked(client, '/api/v1/sources')) as {
    readonly sources?: readonly { readonly id: string; readonly kind: string }[];
  };
  const devices = format.groups.map(({ id, kind, device }) => {
    const own = sources.filter((source) => source.kind === kind).map((source) => source.id);
    const given = texts[id];
    if (given === undefined && own.length > 1)
      throw new GatewayError('input_invalid', `${own.join(' and ')} are of the kind ${kind}`, {
        hint: `say which of them the history is of: --${id} ${own[0] ?? device}`,
      });
    return [id, checkedId(id, given ?? own[0] ?? device)] as const;
  });
  return Object.fromEntries(devices);
}

async function partsOf(
  devices: Readonly<Record<string, string>>,
  client: GatewayClient,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { readings = [] } = (await asked(client, '/api/v1/readings/latest')) as {
    readonly readings?: readonly { readonly device: string }[];
  };
  const known = [...new Set(readings.map(({ device }) => device))];
  const partsOfDevice = (id: string): readonly string[] =>
    known.filter((device) => device.startsWith(`${id}/`)).map((device) => device.slice(id.length + 1));
  return Object.fromEntries(Object.entries(devices).map(([group, id]) => [group, partsOfDevice(id)]));
}

function checkedId(option: string, id: string): string {
  if (idForm.test(id) && id.length <= idLengthMax) return id;
  throw new GatewayError('input_invalid', `--${option} ${JSON.stringify(id)} is not the id of a source`, {
    hint: 'small letters, digits and single dashes, as in the configuration',
  });
}

/** Times without a zone are those of the home. */
async function zoneFor(given: string | undefined, client: GatewayClient): Promise<string> {
  const config = given === undefined ? await asked(client, '/api/v1/config') : undefined;
  const site = (config as { readonly site?: { readonly zone?: unknown } } | undefined)?.site;
  const zone = given ?? (typeof site?.zone === 'string' ? site.zone : 'UTC');
  if (isZone(zone)) return zone;
  throw new GatewayError('input_invalid', `there is no zone ${JSON.stringify(zone)}`, {
    hint: 'name one such as Europe/Amsterdam',
  });
}

async function sendPart(
  client: GatewayClient,
  { importId, dryRun, part }: { importId: string; dryRun: boolean; part: SentPart },
): Promise<TakenPart> {
  const hours = part.hours.map(({ atMs, ...hour }) => ({
    ...hour,
    afterMs: atMs.map((at) => at - hour.startMs),
  }));
  const body = { importId, dryRun, hours, texts: part.texts };
  return (await asked(client, '/api/v1/history', body)) as TakenPart;
}

/** Errors: those of the client; what the gateway refused with. */
async function asked(client: GatewayClient, path: string, body?: unknown): Promise<unknown> {
  const method = body === undefined ? 'GET' : 'POST';
  const answer = await client.ask({ method, path, answerMsMax, ...(body !== undefined && { body }) });
  if (answer.status < 400) return answer.body;
  const { detail, hint } = answer.body as { readonly detail?: string; readonly hint?: string };
  const what = detail ?? `the gateway answered ${answer.status}`;
  const code = [401, 403].includes(answer.status) ? 'forbidden' : 'gateway_unreachable';
  throw new GatewayError(code, what, { hint: hint ?? 'what was sent is kept: say the same again to go on' });
}
