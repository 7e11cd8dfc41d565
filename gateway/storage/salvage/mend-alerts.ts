import type { AlertState } from '../alert-calls.ts';
import { AlertStateTable } from '../alert-state-table.ts';
import { AlertTable, lastAlertMark, type AlertKeyRow, type AlertRow } from '../alert-table.ts';
import type { Connection } from '../connection.ts';
import { DeliveryTable, lastDeliveryMark, type DeliveryRow } from '../delivery-table.ts';
import { giveUpDeliveries } from '../give-up-deliveries.ts';
import { MarkStore } from '../mark-store.ts';
import { readTold } from '../told-deliveries.ts';
import { mendLastId } from './mend-last-id.ts';

export interface AlertDoubts {
  readonly nowMs: number;
  /** The newest commits may be missing. */
  readonly isLogCut: boolean;
  /** The mark of the newest id may be missing. */
  readonly isMarkLost: boolean;
  /** States may be missing. */
  readonly areStatesLost: boolean;
}

/**
 * Brings alerts, their keys, states and deliveries together again, when some of them are lost or from before. What was
 * told is not told again: its key is enough to know that, and to list it, without its facts. A message of which it is not known whether it went out is not
 * sent, but stands there as failed. Answers how many rows were changed.
 */
export function mendAlerts(connection: Connection, doubts: AlertDoubts): number {
  const { nowMs, isLogCut, isMarkLost, areStatesLost } = doubts;
  const tables = {
    alerts: new AlertTable(connection),
    states: new AlertStateTable(connection),
    deliveries: new DeliveryTable(connection),
  };
  mendLastIds(connection, isLogCut || isMarkLost);
  let changed = mendKeys(tables);
  changed += giveUpDeliveries(connection, { nowMs, reason: reasons.alert, ids: idsWithoutAlert(connection) });
  changed += mendLostAlerts(tables, nowMs);
  for (const id of tables.alerts.ids()) changed += mendDeliveries(connection, tables, { id, nowMs });
  if (areStatesLost) changed += mendStates(tables);
  return changed + (isLogCut ? giveUpDeliveries(connection, { nowMs, reason: reasons.log }) : 0);
}

interface Tables {
  readonly alerts: AlertTable;
  readonly states: AlertStateTable;
  readonly deliveries: DeliveryTable;
}

const reasons = {
  alert: 'what it was to tell was lost on a damaged disk',
  row: 'what was written of this message was lost on a damaged disk: it may have gone out',
  steps: 'how far it had come was lost on a damaged disk: it may have gone out',
  log: 'the newest that was written was lost on a damaged disk: it may have gone out',
};

function mendLastIds(connection: Connection, isInDoubt: boolean): void {
  const marks = new MarkStore(connection);
  const known = (sql: string): number =>
    connection.prepare<[], number | null>(`SELECT max(id) FROM (${sql})`).pluck().get() ?? 0;
  const ofAlerts = known(
    'SELECT max(id) AS id FROM alert UNION ALL SELECT max(alert) FROM alert_key UNION ALL SELECT max(alert) FROM alert_delivery',
  );
  const ofDeliveries = known(
    `SELECT max(id) AS id FROM alert_delivery
     UNION ALL SELECT max(first_delivery + json_array_length(told) - 1) FROM alert`,
  );
  mendLastId(marks, { mark: lastAlertMark, highest: ofAlerts, isInDoubt });
  mendLastId(marks, { mark: lastDeliveryMark, highest: ofDeliveries, isInDoubt });
}

/** Of alerts whose key is lost. */
function mendKeys({ alerts }: Tables): number {
  let changed = 0;
  for (const id of alerts.ids()) {
    const alert = alerts.find(id);
    if (alert === undefined || alerts.idOf(alert) !== undefined) continue;
    alerts.putKey(alert, id);
    changed += 1;
  }
  return changed;
}

/** What the key of a lost one tells is kept: that there was one. */
function mendLostAlerts({ alerts, deliveries }: Tables, nowMs: number): number {
  const lost = alerts.keys().filter(({ alert }) => alerts.find(alert) === undefined);
  for (const { alert: id, ...key } of lost) {
    alerts.add({
      ...key,
      id,
      atMs: key.episodeMs,
      notedMs: nowMs,
      severity: 'safety',
      facts: '{}',
      firstDelivery: 0,
      told: '[]',
      steps: sumOfSteps(deliveries.ofAlert(id)),
      acknowledgedMs: null,
      acknowledgedBy: null,
    });
  }
  return lost.length;
}

/** Those that are still to be sent. */
function idsWithoutAlert(connection: Connection): readonly number[] {
  return connection
    .prepare<[], number>(
      `SELECT id FROM alert_delivery WHERE state IN ('queued', 'sending') AND alert NOT IN (SELECT id FROM alert)`,
    )
    .pluck()
    .all();
}

/** Those of an alert that are lost; and where it tells of more, or of fewer, steps than they do, all that wait. */
function mendDeliveries(
  connection: Connection,
  { alerts, deliveries }: Tables,
  { id, nowMs }: { id: number; nowMs: number },
): number {
  const alert = alerts.find(id);
  if (alert === undefined) return 0;
  const found = deliveries.ofAlert(id);
  const lost = lostDeliveries(alert, nowMs).filter((delivery) => deliveries.find(delivery.id) === undefined);
  for (const delivery of lost) deliveries.add(delivery);
  const open = found.filter(({ state }) => state === 'queued' || state === 'sending').map((row) => row.id);
  // A lost one may have gone all the steps that are missing.
  const isOff = sumOfSteps(found) !== alert.steps;
  const ids = isOff && lost.length === 0 ? open : [];
  const given = giveUpDeliveries(connection, { nowMs, reason: reasons.steps, ids });
  if (isOff || lost.length > 0) alerts.put({ ...alert, steps: sumOfSteps(deliveries.ofAlert(id)) });
  return given + lost.length;
}

function sumOfSteps(deliveries: readonly DeliveryRow[]): number {
  return deliveries.reduce((sum, delivery) => sum + delivery.steps, 0);
}

/** All of an alert, as if they were. */
function lostDeliveries(alert: AlertRow, nowMs: number): readonly DeliveryRow[] {
  return readTold(alert.told).map((place, index): DeliveryRow => ({
    ...place,
    id: alert.firstDelivery + index,
    alert: alert.id,
    state: 'failed',
    tries: 0,
    unclear: 1,
    begunMs: null,
    endedMs: nowMs,
    reason: reasons.row,
    receipt: null,
    steps: 1,
  }));
}

/** Of what was told, where its state is lost: it must not be told as something new. */
function mendStates({ alerts, states }: Tables): number {
  const newest = new Map<string, AlertKeyRow>();
  for (const key of alerts.keys())
    if (key.kind !== 'test') newest.set(JSON.stringify([key.rule, key.subject]), key);
  let changed = 0;
  for (const key of newest.values()) {
    const { rule, subject, episodeMs, kind, sequence } = key;
    if (states.find(rule, subject) !== undefined) continue;
    const alert = alerts.find(key.alert);
    const atMs = alert?.atMs ?? episodeMs;
    states.put({
      rule,
      subject,
      state: stateAfter(key, alerts),
      sinceMs: kind === 'recovered' ? atMs : episodeMs,
      alertedMs: atMs,
      reminders: sequence,
      unknownSinceMs: null,
      observedToMs: atMs,
    });
    changed += 1;
  }
  return changed;
}

function stateAfter(key: AlertKeyRow, alerts: AlertTable): AlertState {
  if (key.kind === 'recovered') return 'recovered';
  const firstId = alerts.idOf({ ...key, kind: 'alert', sequence: 0 });
  const first = firstId === undefined ? undefined : alerts.find(firstId);
  return (first?.acknowledgedMs ?? null) === null ? 'firing' : 'acknowledged';
}
