import type { AlertDeeds } from './alert-deeds.ts';
import { createAlertRow, type AlertRow } from './alert-row.ts';
import type { Alert } from './alert-types.ts';
import { createKeyedRows } from './keyed-rows.ts';
import { makeElement, setHidden } from './make-element.ts';

export interface AlertList {
  readonly element: HTMLElement;
  show(alerts: readonly Alert[]): void;
  /** Asks again for what is looked at closer. */
  load(): void;
}

/** Alerts in rows that keep their place; `empty` stands where there are none. */
export function createAlertList(deeds: AlertDeeds, empty: string): AlertList {
  const list = makeElement('div', { class: 'devices' });
  const none = makeElement('p', { class: 'note', hidden: '' }, empty);
  const rows = new Map<number, AlertRow>();
  const showRows = createKeyedRows<Alert>(
    list,
    ({ id }) => String(id),
    ({ id }) => {
      const row = createAlertRow(id, deeds);
      rows.set(id, row);
      return row;
    },
  );
  return {
    element: makeElement('div', {}, list, none),
    show: (alerts) => {
      showRows(alerts);
      setHidden(none, alerts.length > 0);
      const ids = new Set(alerts.map(({ id }) => id));
      for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
    },
    load: () => {
      for (const row of rows.values()) row.load();
    },
  };
}
