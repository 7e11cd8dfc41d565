import { alertRulesView } from './alert-views.ts';
import { boilerMinutesView, boilerStatusView } from './boiler-views.ts';
import { formatDuration, formatValue } from './format-value.ts';
import { identityView, signedView } from './identity-views.ts';
import { jobListView, jobLogsView, jobView } from './job-views.ts';
import type { Paint } from './paint.ts';
import { costView, importedPricesView } from './price-views.ts';
import { rowsCsv, rowsView } from './rows-view.ts';
import { serverEnergyView, serverView } from './server-views.ts';
import { joiningView, labelView, networksView, setupStatusView, wifiStatusView } from './setup-views.ts';
import { explanationView, statementCsv, statementView, statsView } from './sharing-views.ts';
import { statusView } from './status-view.ts';
import { renderTable } from './table.ts';
import { tempoCalendarView } from './tempo-calendar-view.ts';
import { tempoPricesView } from './tempo-prices-view.ts';
import { tempoStatusView } from './tempo-status-view.ts';

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

/** By the command's id. */
export const views: Readonly<Record<string, View>> = {
  'alert.rules': alertRulesView,
  'boiler.minutes': boilerMinutesView,
  'boiler.status': boilerStatusView,
  'reading.latest': latestView,
  'gateway.status': statusView,
  'job.add': jobView,
  'job.cancel': jobView,
  'job.list': jobListView,
  'job.logs': jobLogsView,
  'job.run-now': jobView,
  'job.show': jobView,
  'identity.owner': identityView,
  'identity.show': identityView,
  'identity.sign': signedView,
  'cost.show': costView,
  'tempo.import-prices': importedPricesView,
  'provision.show': labelView,
  'provision.status': setupStatusView,
  'reading.rows': rowsView,
  'server.energy': serverEnergyView,
  'server.status': serverView,
  'statement.make': statementView,
  'statement.paid': statementView,
  'statement.show': statementView,
  'statement.unpaid': statementView,
  'stats.show': statsView,
  'tempo.calendar': tempoCalendarView,
  'tempo.explain': explanationView,
  'tempo.prices': tempoPricesView,
  'tempo.remove-prices': tempoPricesView,
  'tempo.set-prices': tempoPricesView,
  'tempo.status': tempoStatusView,
  'wifi.connect': joiningView,
  'wifi.scan': networksView,
  'wifi.status': wifiStatusView,
};

/** Those of commands that can be had as CSV. */
export const csvViews: Readonly<Record<string, (answer: unknown) => string>> = {
  'reading.rows': rowsCsv,
  'statement.show': statementCsv,
};
