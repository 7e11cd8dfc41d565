import { monotonicMs } from '../../gateway/core/clock.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { createLiveFeed } from '../../gateway/core/live-feed.ts';
import { noSerialLines } from '../../gateway/core/serial-lines.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { seededRandom } from '../../gateway/core/random.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import type { TaskDefinition } from '../../gateway/engine/task.ts';
import { SecretFile } from '../../gateway/features/sources/secret-file.ts';
import { bindSourceCommands } from '../../gateway/features/sources/source-commands.ts';
import { SourceFleet } from '../../gateway/features/sources/source-fleet.ts';
import { TextBook } from '../../gateway/features/sources/text-book.ts';
import { Timekeeper } from '../../gateway/features/timekeeping/timekeeper.ts';
import type { SourceDefinition } from '../../gateway/io/sources/source.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { SimulatedDisk } from '../../sim/simulated-disk.ts';
import { createSimulatedHttp } from '../../sim/simulated-http.ts';
import type { MemoryStore } from './memory-store.ts';

const mode = '\u001b[31mAuto';

/** A source that says the same whenever it is asked. */
const said: SourceDefinition = {
  id: 'said',
  title: 'Somebody who always says the same',
  source: 'This page',
  options: { host: { type: 'text', description: 'Where it is.' } },
  pace: { periodMs: 60_000, periodMsMin: 0, timeoutMs: 10_000, requestsPerDay: 1_000 },
  lane: () => 'said',
  open: () => ({
    pair: () => Promise.resolve(true),
    read: () =>
      Promise.resolve({
        values: [{ quantity: 'room_temperature_c', value: 21.5, part: 'zone-1' }],
        texts: [{ quantity: 'mode', text: mode }],
      }),
  }),
};

/** One source named `inverter` that is read when it is asked for, and one that is not read. */
export function stubSourceCommands(store: MemoryStore): readonly BoundCommand[] {
  const simulated = new SimulatedClock(1_767_225_600_000);
  const clock = new Timekeeper(simulated);
  const tasks = new Map<string, TaskDefinition>();
  const fleet = new SourceFleet(
    [said],
    [
      {
        id: 'inverter',
        kind: 'said',
        periodMs: 60_000,
        enabled: true,
        options: { host: 'x' },
        missingSecrets: [],
      },
    ],
    [{ id: 'weather', kind: 'said', reason: 'line 1: sources[1].host is missing', hint: 'add it' }],
    {
      clock,
      logger: silentLogger,
      random: seededRandom(1),
      store,
      feed: createLiveFeed(),
      texts: new TextBook(store, createLiveFeed()),
      take: () => Promise.resolve(),
      outside: {
        http: createSimulatedHttp([], simulated),
        network: { connectTcp: () => Promise.reject(new GatewayError('host_unresolved', 'none')) },
        serial: noSerialLines,
        work: { run: () => Promise.reject(new GatewayError('worker_crashed', 'none')) },
        zone: 'Europe/Paris',
      },
      secrets: new SecretFile('/secrets', new Set(), { disk: new SimulatedDisk(), logger: silentLogger }),
      submit: (task) => void tasks.set(task.name, task),
      runAt: (name) =>
        void tasks.get(name)?.run({
          clock,
          signal: new AbortController().signal,
          logger: silentLogger,
          dueMs: monotonicMs(0),
        }),
      commitSoon: () => undefined,
    },
  );
  void fleet.start();
  return bindSourceCommands({
    fleet,
    kinds: [said],
    nextReadMs: () => simulated.wall() + 60_000,
    latest: () => [],
    time: { clock: simulated, alarm: simulated },
    texts: () => [{ device: 'inverter', quantity: 'mode', text: mode, atMs: simulated.wall() }],
  });
}
