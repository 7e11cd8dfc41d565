import type { AlertFacts, AlertObservation } from '../../../core/alert.ts';
import { describeError } from '../../../core/errors.ts';
import type { TaskDefinition } from '../../../engine/task.ts';
import type { PolicyWish } from './switching-policy.ts';
import { switchingTroubles, type SwitchingTroubles } from './switching-troubles.ts';
import { decideTaskName, driveTaskName, type Switching } from './switching.ts';

const periodMs = 5_000;
/** What lies between two looks that are further apart is not known. */
const lookMsMax = 3 * periodMs;
const subject = 'server';

/** Decides and carries out each 5 s, and tells people and whoever watches what came of it. */
export class SwitchingWatch {
  readonly #switching: Switching;
  #lookedMs: number | undefined;
  #shown = '';

  constructor(switching: Switching) {
    this.#switching = switching;
  }

  tasks(): readonly TaskDefinition[] {
    const usual = { group: 'server', priority: 'control', periodMs } as const;
    return [
      {
        ...usual,
        name: decideTaskName,
        offsetMs: 400,
        deadlineMs: 30_000,
        run: async () => await this.decide(),
      },
      {
        ...usual,
        name: driveTaskName,
        offsetMs: 900,
        deadlineMs: 120_000,
        run: async ({ signal }) => {
          await this.#switching.desk.drive(signal);
          this.#publish();
        },
      },
    ];
  }

  /** Errors: those of the store, when all the rest is done. */
  async decide(): Promise<void> {
    let problem: { readonly error: unknown } | undefined;
    try {
      await this.#switching.decide();
    } catch (error) {
      problem = { error };
    }
    this.#publish();
    await this.#tell();
    if (problem !== undefined) throw problem.error;
  }

  async #tell(): Promise<void> {
    const { clock, desk, isTimeKnown, logger } = this.#switching.ports;
    if (!isTimeKnown()) {
      this.#lookedMs = undefined;
      return;
    }
    const toMs = Math.floor(clock.wall());
    const fromMs = this.#lookedMs;
    this.#lookedMs = toMs;
    if (fromMs === undefined || fromMs >= toMs) return;
    const span = { fromMs: Math.max(fromMs, toMs - lookMsMax), toMs };
    try {
      await desk.observe(this.#observed(span));
    } catch (error) {
      logger.warn({ problem: describeError(error) }, 'what people are told of the server waits');
    }
  }

  #observed(span: Pick<AlertObservation, 'fromMs' | 'toMs'>): readonly AlertObservation[] {
    const troubles = switchingTroubles(this.#switching);
    const facts = this.#facts(troubles);
    return [
      { ...span, subject, facts, rule: 'server-colour-unknown', holds: troubles.blind !== undefined },
      { ...span, subject, facts, rule: 'server-not-switched', holds: troubles.notSwitched !== undefined },
      { ...span, subject, facts, rule: 'server-ups', holds: troubles.isShutByUps },
    ];
  }

  #facts({ blind, notSwitched }: SwitchingTroubles): AlertFacts {
    const wish = this.#switching.wish();
    const wanted = this.#switching.desk.current?.wanted ?? wish?.wanted ?? 'on';
    return {
      server: this.#switching.ports.settings.name,
      ...dayWords(wish),
      ...doingWords[(blind ?? wish)?.wanted ?? 'on'],
      wanted,
      wantedFr: wanted === 'on' ? 'en marche' : 'à l’arrêt',
      problem: notSwitched ?? null,
    };
  }

  #publish(): void {
    const { desk, ports } = this.#switching;
    const { id, state, tries } = desk.current ?? {};
    const { position } = this.#switching.seen();
    const wish = this.#switching.wish();
    const shown = [id, state, tries, position, wish?.wanted, wish?.reason, wish?.day].join(' ');
    if (shown === this.#shown) return;
    this.#shown = shown;
    ports.feed.publish({ type: 'server', news: 'switching' });
  }
}

/** Of the short form, too, in which there is no ê: GSM 03.38. */
const doingWords = {
  on: { doing: 'stays on', doingFr: 'reste en marche', doingShortFr: 'reste en marche' },
  off: { doing: 'is switched off', doingFr: 'est arrêté', doingShortFr: 'est coupé' },
};

function dayWords(wish: PolicyWish | undefined): AlertFacts {
  if (wish === undefined) return { day: null, probability: null, colour: null, colourFr: null };
  const { day, redProbability, known } = wish;
  const colour = known?.colour ?? null;
  const colourFr = colour === null ? null : { blue: 'bleu', white: 'blanc', red: 'rouge' }[colour];
  return { day, probability: Math.round(redProbability * 100), colour, colourFr };
}
