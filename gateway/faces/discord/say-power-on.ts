import type { Speech } from './speech.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * What became of the wish to have the server on.
 * @param order of `server.on`
 * @param own what `derogation.list` says of who asked
 */
export function sayPowerOn(order: Plain, own: Plain | undefined, speech: Speech): string {
  const first = speech.pick(words[stateOf(order)]);
  const decidedMs = Number(order['decidedMs']);
  const holding = ((own?.['derogations'] ?? []) as readonly Plain[]).find(
    ({ startMs, endMs }) => Number(startMs) <= decidedMs + slackMs && Number(endMs) > decidedMs,
  );
  if (holding === undefined) return first;
  const until = speech.instant(holding['endMs']);
  const id = String(holding['id']);
  const second = speech.pick({
    en: `Derogation ${id}: it stays on until ${until}.`,
    fr: `Dérogation ${id} : il reste allumé jusqu’à ${until}.`,
  });
  return `${first} ${second}`;
}

/** Between the derogation and the order that it came with. */
const slackMs = 60_000;

const words = {
  on: { en: 'The server is on.', fr: 'Le serveur est allumé.' },
  coming: { en: 'The server is being switched on.', fr: 'Le serveur est en train de s’allumer.' },
  failed: { en: 'The server could not be switched on.', fr: 'Le serveur n’a pas pu être allumé.' },
  dry: {
    en: 'Only rehearsed: server.dryRun is set, so nothing was switched.',
    fr: 'Simple répétition : server.dryRun est activé, rien n’a été allumé.',
  },
} as const;

function stateOf({ state }: Plain): keyof typeof words {
  if (state === 'done' || state === 'unneeded') return 'on';
  return state === 'failed' || state === 'dry' ? state : 'coming';
}
