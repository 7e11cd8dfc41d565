import { formatDuration, formatInstant, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts, renderTable } from './table.ts';

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
export function statusView(answer: unknown, paint: Paint): string {
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
