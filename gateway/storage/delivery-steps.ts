import type { StoredDelivery } from './alert-calls.ts';
import { AlertTable } from './alert-table.ts';
import type { Connection } from './connection.ts';
import { DeliveryTable, type DeliveryRow } from './delivery-table.ts';
import { unreadable } from './sqlite-failure.ts';

/**
 * Begins and ends of deliveries, each counted with its alert too. A row that a disk has lost a write of still passes
 * its check: where the two counts differ, something may have been sent of which it does not know.
 */
export class DeliverySteps {
  readonly #alerts: AlertTable;
  readonly #deliveries: DeliveryTable;

  constructor(connection: Connection) {
    this.#alerts = new AlertTable(connection);
    this.#deliveries = new DeliveryTable(connection);
  }

  /** Errors: `database_unreadable` when its alert is lost, or tells otherwise of its deliveries. */
  assertSameTale({ id, alert: alertId }: StoredDelivery): void {
    const alert = this.#alerts.find(alertId);
    const steps = this.#deliveries.ofAlert(alertId).reduce((sum, delivery) => sum + delivery.steps, 0);
    if (alert?.steps === steps) return;
    throw unreadable('table alert_delivery', `the row of ${id} and its alert do not tell the same`);
  }

  /** In the caller's transaction. */
  put(delivery: DeliveryRow): void {
    const alert = this.#alerts.find(delivery.alert);
    if (alert !== undefined) this.#alerts.put({ ...alert, steps: alert.steps + 1 });
    this.#deliveries.put({ ...delivery, steps: delivery.steps + 1 });
  }
}
