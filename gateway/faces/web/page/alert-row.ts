import type { Alert, Delivery } from './alert-types.ts';
import { alertState, alertTone, deliveryWords } from './alert-words.ts';
import type { AlertDeeds } from './alert-deeds.ts';
import { wordsFor } from './api-problem.ts';
import { formatTime } from './format.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

export interface AlertRow extends Row<Alert> {
  /** Asks what became of its messages, if it is open. */
  load(): void;
}

/** An alert in a line, with what was said and to whom behind a tap. */
export function createAlertRow(id: number, deeds: AlertDeeds): AlertRow {
  const dot = makeElement('span', { class: 'dot' });
  const title = makeElement('span', { class: 'device-name' });
  const time = makeElement('span', { class: 'device-age' });
  const condition = makeElement('span', { class: 'device-state' });
  const summary = makeElement('summary', {}, dot, title, time, condition);
  const text = makeElement('p');
  const deliveries = makeElement('ul', { class: 'deliveries' });
  const note = makeElement('p', { class: 'note' });
  const body = makeElement('div', { class: 'device-body' }, text, deliveries, note);
  const details = makeElement('details', {}, summary, body);
  const button = makeElement('button', { type: 'button' }, 'Acknowledge');
  const element = makeElement('div', { class: 'device alert', 'data-alert': String(id) }, details, button);
  const showDeliveries = createKeyedRows<Delivery>(
    deliveries,
    (delivery) => String(delivery.id),
    () => makeDelivery(deeds),
  );
  const ask = async (): Promise<void> => {
    const detail = await deeds.client.alert(id);
    showDeliveries(detail.deliveries);
    setText(note, detail.deliveries.length === 0 ? 'Nobody was to be told.' : '');
  };
  const load = (): void => {
    if (!details.open) return;
    ask().catch((error: unknown) => setText(note, `Who was told is not known: ${wordsFor(error)}`));
  };
  details.addEventListener('toggle', load);
  button.addEventListener('click', () => {
    button.disabled = true;
    void deeds
      .do(() => deeds.client.acknowledge(id), 'Nobody is reminded of it any more.')
      .finally(() => (button.disabled = false));
  });
  return {
    element,
    load,
    show: (alert) => {
      setAttribute(element, 'data-state', alertTone(alert));
      setText(title, alert.title);
      setText(time, formatTime(alert.atMs, deeds.time().nowMs, deeds.time().zone));
      setText(condition, alertState(alert, deeds.time()));
      setText(text, alert.text);
      setHidden(button, !alert.isOpen || alert.acknowledgedMs !== null);
      setAttribute(button, 'aria-label', `Acknowledge: ${alert.title}`);
    },
  };
}

function makeDelivery(deeds: AlertDeeds): Row<Delivery> {
  const element = makeElement('li');
  return {
    element,
    show: (delivery) => {
      setAttribute(element, 'data-bad', delivery.state === 'failed' ? '' : undefined);
      setText(element, deliveryWords(delivery, deeds.time()));
    },
  };
}
