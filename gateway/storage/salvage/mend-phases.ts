import type { Connection } from '../connection.ts';

/**
 * Spans of a page from before may reach into newer ones: of two that overlap, the earlier one goes. What is missing is
 * computed anew when somebody says so. Answers how many went.
 */
export function mendPhases(connection: Connection): number {
  return connection
    .prepare(
      `DELETE FROM boiler_phase AS span WHERE EXISTS (
         SELECT 1 FROM boiler_phase AS later
         WHERE later.boiler = span.boiler AND later.start_ms > span.start_ms AND later.start_ms < span.end_ms)`,
    )
    .run().changes;
}
