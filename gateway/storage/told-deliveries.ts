import type { NewDelivery } from './alert-calls.ts';

/** As an alert keeps to whom it goes: JSON. Whoever stands in it twice is told once. */
export function writeTold(deliveries: readonly NewDelivery[]): string {
  const byPlace = new Map<string, NewDelivery>();
  for (const delivery of deliveries) {
    const place = JSON.stringify([delivery.notifier, delivery.recipient]);
    if (!byPlace.has(place)) byPlace.set(place, delivery);
  }
  return JSON.stringify(
    [...byPlace.values()].map(({ notifier, recipient, dueMs }) => [notifier, recipient, dueMs]),
  );
}

/** In the order of their ids. */
export function readTold(told: string): readonly NewDelivery[] {
  const places = JSON.parse(told) as readonly (readonly [string, string, number])[];
  return places.map(([notifier, recipient, dueMs]) => ({ notifier, recipient, dueMs }));
}
