import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import type { PushButton } from '../../core/push-button.ts';
import { ButtonGestures, type ButtonGesture } from './button-gestures.ts';

export interface FollowedButton {
  /** Whether it is held now, and has been for ten seconds. */
  isHeldForReset(): boolean;
  /** Ends the following; the button is not closed. */
  close(): void;
}

/** Tells the gestures of a button as they come. */
export function followButton(
  button: PushButton,
  { clock, alarm }: { readonly clock: Clock; readonly alarm: Alarm },
  told: (gesture: ButtonGesture) => void,
): FollowedButton {
  const gestures = new ButtonGestures();
  let cancel: Cancel | undefined;
  const tell = (found: readonly ButtonGesture[]): void => {
    arm();
    found.forEach(told);
  };
  /** Edges that wait to be read come first: a release must not be overtaken by the time. */
  const lookAfterInput = (): void => {
    cancel = alarm.nextTurn(() => tell(gestures.pass(clock.monotonic())));
  };
  function arm(): void {
    cancel?.();
    const { dueMs } = gestures;
    cancel = dueMs === undefined ? undefined : alarm.at(monotonicMs(dueMs), lookAfterInput);
  }
  const ignore = button.onEdge((edge, atMs) => tell(gestures.edge(edge, atMs)));
  return {
    isHeldForReset: () => gestures.isHeldForReset(clock.monotonic()),
    close: () => {
      ignore();
      cancel?.();
    },
  };
}
