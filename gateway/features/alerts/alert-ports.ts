import type { NotifierMessage } from '../../io/notifiers/notifier.ts';
import type { NewAlert, NewDelivery, StoredAlert, StoredDelivery } from '../../storage/alert-calls.ts';

/** Says who is told of an alert, and not before when. Pure but for the configuration. */
export interface AlertRouter {
  /** One for each recipient of each notifier; none where nobody is to be told. */
  route(alert: Omit<NewAlert, 'deliveries'>): readonly NewDelivery[];
}

/** Puts an alert into words, in the language of its notifier. */
export interface MessageWriter {
  /** The same at each try. A rule that is not there any more is told of all the same. */
  write(alert: StoredAlert, delivery: Pick<StoredDelivery, 'id' | 'notifier' | 'recipient'>): NotifierMessage;
}
