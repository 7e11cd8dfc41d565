import type { Language } from '../../core/alert.ts';

/** A notifier as it is configured. */
export interface ListedNotifier {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly isEnabled: boolean;
  /** Why nothing can be sent with it: wrong configuration, a secret that is missing; undefined while it can. */
  readonly problem: string | undefined;
  readonly language: Language;
  /** As they are written to; [''] where it reaches one place. */
  readonly recipients: readonly string[];
  readonly isRepeatSafe: boolean;
  readonly hasBalance: boolean;
  shownRecipient(recipient: string): string;
}
