import { formatDuration, formatInstant, formatValue } from './format-value.ts';
import { identityView, signedView } from './identity-views.ts';
import type { Paint } from './paint.ts';
import { rowsCsv, rowsView } from './rows-view.ts';
import { renderFacts, renderTable } from './table.ts';

/**
 * Draws one command's answer by hand, where the generic rendering would not do. `width` is the terminal's, in
 * characters; undefined when it is none.
 */
export type View = (answer: unknown, paint: Paint, width?: number) => string;

interface LatestReading {
  readonly device: string;
  readonly quantity: string;
  readonly value: number | null;
  readonly unit: string;
  readonly quality: string;
  readonly ageMs: number;
  readonly stored: boolean;
}

/** The latest readings by device; its name stands once. */
function latestView(answer: unknown, paint: Paint): string {
  const { readings } = answer as { readonly readings: readonly LatestReading[] };
  if (readings.length === 0) return 'Nothing has been read yet.\n';
  const byDevice = Map.groupBy(readings, (reading) => reading.device);
  const rows = [...byDevice.values()].flatMap((ofDevice) =>
    ofDevice
      .toSorted((a, b) => (a.quantity < b.quantity ? -1 : 1))
      .map(({ device, quantity, value, unit, quality, ageMs, stored }, index) => [
        index === 0 ? formatValue(device) : '',
        formatValue(quantity),
        formatValue(value, {}, unit),
        formatDuration(ageMs),
        quality,
        ...(stored ? [] : ['not on disk yet']),
      ]),
  );
  const columns = [
    { title: 'device', align: 'left' },
    { title: 'quantity', align: 'left' },
    { title: 'value', align: 'right' },
    { title: 'age', align: 'right' },
    { title: 'quality', align: 'left' },
    { title: '', align: 'left' },
  ] as const;
  return renderTable(columns, rows, paint);
}

interface Status {
  readonly id: string;
  readonly version: { readonly version: string };
  readonly state: {
    readonly life: string;
    readonly link: string;
    readonly health: string;
    readonly status: string;
    readonly uptimeMs: number;
    readonly lines: readonly {
      readonly subject: string;
      readonly status: string;
      readonly message: string;
      readonly hint: string | null;
    }[];
  };
  readonly devices: readonly {
    readonly id: string;
    readonly state: string;
    readonly ageMs: number | null;
    readonly lastError: string | null;
  }[];
  readonly storage: {
    readonly readings: number;
    readonly fileBytes: number;
    readonly oldestMs: number | null;
    readonly newestMs: number | null;
  } | null;
}

/** One screen: how the gateway is, what is the matter, its devices and its database. */
function statusView(answer: unknown, paint: Paint): string {
  const { id, version, state, devices, storage } = answer as Status;
  const facts = renderFacts(
    [
      ['gateway', state.status],
      ['id', id],
      ['version', version.version],
      ['life', state.life],
      ['link', state.link],
      ['health', state.health],
      ['up for', formatDuration(state.uptimeMs)],
      ['storage', storageLine(storage)],
    ],
    paint,
  );
  const lines = state.lines.map(({ subject, status, message, hint }) => {
    const text = `${formatValue(subject)}: ${formatValue(message)}${hint === null ? '' : ` (${formatValue(hint)})`}`;
    return paint(status === 'failing' ? 'red' : 'yellow', text);
  });
  const problems = lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
  return `${facts}${problems}\n${deviceTable(devices, paint)}`;
}

function deviceTable(devices: Status['devices'], paint: Paint): string {
  if (devices.length === 0) return 'No device is configured.\n';
  const columns = [
    { title: 'device', align: 'left' },
    { title: 'state', align: 'left' },
    { title: 'age', align: 'right' },
    { title: 'last error', align: 'left' },
  ] as const;
  const rows = devices.map(({ id, state, ageMs, lastError }) => [
    formatValue(id),
    state,
    ageMs === null ? '-' : formatDuration(ageMs),
    lastError ?? '-',
  ]);
  return renderTable(columns, rows, paint);
}

function storageLine(storage: Status['storage']): string {
  if (storage === null) return 'does not answer';
  const { readings, fileBytes, oldestMs, newestMs } = storage;
  const size = `${readings} readings, ${formatValue(fileBytes, { meaning: 'bytes' })}`;
  if (oldestMs === null || newestMs === null) return size;
  return `${size}, from ${formatInstant(oldestMs)} to ${formatInstant(newestMs)}`;
}

/** By the command's id. */
export const views: Readonly<Record<string, View>> = {
  'reading.latest': latestView,
  'gateway.status': statusView,
  'identity.owner': identityView,
  'identity.show': identityView,
  'identity.sign': signedView,
  'reading.rows': rowsView,
};

/** Those of commands that can be had as CSV. */
export const csvViews: Readonly<Record<string, (answer: unknown) => string>> = { 'reading.rows': rowsCsv };
