import type { AlertTime } from './alert-words.ts';
import type { AlertsClient } from './alerts-client.ts';

/** What the parts of the view can ask for and have done. */
export interface AlertDeeds {
  readonly client: AlertsClient;
  time(): AlertTime;
  /** Has something done, says how it went, and shows what came of it. */
  do(work: () => Promise<void>, done: string): Promise<void>;
}
