import { isOpenState } from './order-machine.ts';
import { reasonOfWish, reasonWords } from './order-reason.ts';
import { isBlind, type PolicyWish } from './switching-policy.ts';
import type { Switching } from './switching.ts';

/** What is not as it should be. */
export interface SwitchingTroubles {
  /** The hour of switching has come, and the colour that decides is not known. */
  readonly blind: PolicyWish | undefined;
  /** Why the server is not as it was told to be, when it is late. */
  readonly notSwitched: string | undefined;
  readonly isShutByUps: boolean;
}

/** Fits the lifecycle's health notes. */
interface Note {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** A switch that is away for a moment is no trouble. */
const lateMs = 10 * 60_000;

export function switchingTroubles(switching: Switching): SwitchingTroubles {
  const { powerSwitch } = switching.ports;
  const wish = powerSwitch === undefined ? undefined : switching.wish();
  return {
    blind: wish !== undefined && isBlind(wish) ? wish : undefined,
    notSwitched: whyNotSwitched(switching),
    isShutByUps: switching.upsState.phase === 'shut',
  };
}

/** For people who look at the health of the gateway. */
export function switchingNotes(switching: Switching): readonly Note[] {
  const { blind, notSwitched, isShutByUps } = switchingTroubles(switching);
  const { name } = switching.ports.settings;
  const { storeProblem } = switching.desk;
  const notes: Note[] = [];
  const add = (subject: string, message: string, hint: string): void =>
    void notes.push({ subject: `server:${subject}`, status: 'degraded', message, hint });
  if (blind !== undefined)
    add(
      'colour',
      reasonWords(reasonOfWish(blind)),
      'egw tempo set says the colour by hand; egw source list shows who is asked',
    );
  if (notSwitched !== undefined)
    add(
      'order',
      `${name} is not as it was told to be: ${notSwitched}`,
      'put it right, then egw server on or egw server off',
    );
  if (storeProblem !== undefined)
    add(
      'written',
      `${name} is not switched while that cannot be written down: ${storeProblem}`,
      'egw storage status says how the disk is',
    );
  if (isShutByUps)
    add(
      'ups',
      `${name} was shut down by its UPS: ${upsWords(switching)}`,
      'it comes on again when the mains are back for long',
    );
  return notes;
}

function whyNotSwitched(switching: Switching): string | undefined {
  const order = switching.desk.current;
  if (order === undefined) return undefined;
  const { state, wanted, problem, decidedMs } = order;
  if (state === 'failed')
    return switching.seen().position === wanted ? undefined : (problem ?? 'it does not follow');
  if (!isOpenState(state) || problem === null || switching.ports.clock.wall() - decidedMs < lateMs)
    return undefined;
  return problem;
}

function upsWords(switching: Switching): string {
  if (!switching.isUpsHeard()) return 'its last word was that it runs on battery, and it says nothing since';
  return switching.upsSaid()?.isOnBattery === true
    ? 'the mains are away'
    : 'the mains are back, but not for long';
}
