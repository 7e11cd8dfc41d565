import type { Speech } from './speech.ts';

/** What became of the wish to have the server on. */
export function sayPowerOn(answer: Readonly<Record<string, unknown>>, { pick, instant }: Speech): string {
  const order = (answer['order'] ?? answer) as Readonly<Record<string, unknown>>;
  const derogation = answer['derogation'] as Readonly<Record<string, unknown>> | null | undefined;
  const isOn = order['state'] === 'unneeded' || order['state'] === 'done';
  const first = isOn
    ? pick({ en: 'The server is on.', fr: 'Le serveur est allumé.' })
    : pick({ en: 'The server is being switched on.', fr: 'Le serveur est en train de s’allumer.' });
  if (derogation === null || derogation === undefined) return first;
  const { id, endMs } = derogation;
  const second = pick({
    en: `Derogation ${String(id)}: it stays on until ${instant(endMs)}.`,
    fr: `Dérogation ${String(id)} : il reste allumé jusqu’à ${instant(endMs)}.`,
  });
  return `${first} ${second}`;
}
