import type { Connection } from './connection.ts';
import { transact } from './transact.ts';

/** Of one call: some milliseconds. */
const alertsPerCallMax = 500;

/** What of an alert goes with it. */
const goingWithIt = [
  'DELETE FROM alert_delivery WHERE alert = $id',
  `DELETE FROM alert_key WHERE (rule, subject, episode_ms, kind, sequence) =
     (SELECT rule, subject, episode_ms, kind, sequence FROM alert WHERE id = $id)`,
  'DELETE FROM alert WHERE id = $id',
];

/** Takes out alerts of long ago, but those with something still to be sent, and the one of an episode that is not over. */
export class AlertPruner {
  readonly #connection: Connection;
  readonly #old;
  readonly #deletions;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#old = connection
      .prepare<[number, number], number>(
        `SELECT id FROM alert AS old WHERE noted_ms < ?
           AND NOT EXISTS (SELECT 1 FROM alert_delivery WHERE alert = old.id AND state IN ('queued', 'sending'))
           AND NOT (kind = 'alert' AND EXISTS (
             SELECT 1 FROM alert_state AS open WHERE open.rule = old.rule AND open.subject = old.subject
               AND open.state IN ('firing', 'acknowledged')
               AND old.episode_ms = (
                 SELECT max(episode_ms) FROM alert_key WHERE rule = old.rule AND subject = old.subject)))
         ORDER BY noted_ms, id LIMIT ?`,
      )
      .pluck();
    this.#deletions = goingWithIt.map((sql) => connection.prepare<{ readonly id: number }>(sql));
  }

  /** Answers how many are gone. */
  prune(beforeMs: number): number {
    const ids = this.#old.all(beforeMs, alertsPerCallMax);
    if (ids.length === 0) return 0;
    transact(this.#connection, () => {
      for (const id of ids) for (const deletion of this.#deletions) deletion.run({ id });
    });
    return ids.length;
  }
}
