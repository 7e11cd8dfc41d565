import type { Notifier, NotifierDefinition } from '../../io/notifiers/notifier.ts';

/** A notifier that is switched on. */
export interface SendingNotifier {
  readonly id: string;
  readonly definition: Pick<NotifierDefinition, 'isRepeatSafe' | 'shownRecipient' | 'timeoutMs'>;
  /** Why nothing can be sent with it, as long as the gateway runs: messages wait. undefined when it can. */
  readonly problem: string | undefined;
  /** Whom it reaches; undefined while that is not known. */
  readonly recipients: readonly string[] | undefined;
  /** Errors: `config_invalid`. */
  open(): Notifier;
}
