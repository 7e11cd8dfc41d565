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
import { askGateway } from './import-asking.ts';
import { boilerPlaces, recomputePhases, type BoilerPlaces, type RecomputedPhases } from './import-boiler.ts';
import { importFormats } from './io/imports/index.ts';
import { importedText, progressText, type ImportDone } from './import-views.ts';
import type { ImportFormat } from './io/imports/import-format.ts';
import { realClock } from './system/real-clock.ts';

type Call = Parameters<OfflineCommand['run']>[0];

interface Options {
  readonly paths: readonly string[];
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly isDryRun: boolean;
}

const minuteMs = 60_000;
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
  const done = await runHere(format, options, call);
  call.io.stdout.write(
    call.json ? `${JSON.stringify({ dryRun: isDryRun, ...done })}\n` : importedText(done, isDryRun),
  );
  if (done.isPartial) return exitCodes.unexpected;
  return done.fromMs === null ? exitCodes.not_found : exitCodes.ok;
}

/** Shows how far it has come, on a terminal, and stops at Ctrl-C. */
async function runHere(
  format: ImportFormat,
  { paths, texts, isDryRun }: Options,
  { environment, io }: Call,
): Promise<ImportDone> {
  const client = createGatewayClient({ url: texts['url'], token: texts['token'] }, environment);
  const show = (text: string): unknown => io.stderr.isTTY === true && io.stderr.write(`\r\x1b[K${text}`);
  const abort = new AbortController();
  const cancel = io.onInterrupt(() => abort.abort());
  const importId = `${format.id}-${randomUUID()}`;
  try {
    const devices = await devicesFor(format, texts, client);
    const boiler = await placesFor(format, devices, client);
    const zone = await zoneFor(texts['zone'], client);
    const knownParts = await partsOf(devices, client);
    show(`looking through ${formatValue(paths.join(' '))}`);
    const startedMs = realClock.monotonic();
    const summary = await runImport({
      format,
      paths,
      devices,
      ...(boiler !== undefined && { places: boiler.places }),
      options: { zone, nowMs: realClock.wall(), knownParts },
      send: async (part) => await sendPart(client, { importId, dryRun: isDryRun, part }),
      onProgress: (done, rowCount, atMs) =>
        void show(progressText({ done, rowCount, atMs, afterMs: realClock.monotonic() - startedMs })),
      signal: abort.signal,
    });
    const isChanged = boiler !== undefined && !isDryRun && !summary.isPartial;
    if (isChanged) show('computing the phases');
    const phases = isChanged ? await phasesOf(summary, client) : null;
    return { ...summary, remarks: boiler?.remarks ?? [], phases };
  } finally {
    show('');
    cancel();
  }
}

async function placesFor(
  format: ImportFormat,
  devices: Readonly<Record<string, string>>,
  client: GatewayClient,
): Promise<BoilerPlaces | undefined> {
  const group = format.groups.find(({ kind }) => kind === undefined);
  return group === undefined ? undefined : await boilerPlaces(client, devices[group.id] ?? group.device);
}

/** Also where all was there already: what was cut off before may not have come to this. */
async function phasesOf(
  { fromMs, toMs }: ImportSummary,
  client: GatewayClient,
): Promise<RecomputedPhases | null> {
  if (fromMs === null || toMs === null) return null;
  return (await recomputePhases(client, { fromMs, toMs: toMs + minuteMs })) ?? null;
}

function readOptions(format: ImportFormat, argv: readonly string[]): Options {
  const usage = `egw import ${format.id} ${format.takes}; see egw help import ${format.id}`;
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
  const word = format.takes.replace('…', '');
  if (path === undefined) throw new GatewayError('command_unknown', `${word} is missing`, { hint: usage });
  if (more !== undefined && format.takes === 'DIR')
    throw new GatewayError('command_unknown', `${JSON.stringify(more)} is too much`, { hint: usage });
  const { 'dry-run': isDryRun, ...texts } = given.values;
  return { paths: given.positionals, isDryRun: isDryRun === true, texts };
}

/** Where a source of the same kind is configured, history joins what that reads. */
async function devicesFor(
  format: ImportFormat,
  texts: Options['texts'],
  client: GatewayClient,
): Promise<Readonly<Record<string, string>>> {
  const { sources = [] } = (await askGateway(client, { path: '/api/v1/sources' })) as {
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
  const { readings = [] } = (await askGateway(client, { path: '/api/v1/readings/latest' })) as {
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
  const config = given === undefined ? await askGateway(client, { path: '/api/v1/config' }) : undefined;
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
  return (await askGateway(client, { path: '/api/v1/history', body })) as TakenPart;
}
