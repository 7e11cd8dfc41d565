import type { UplinkConfig } from '../gateway/config/config.ts';
import { uplinks } from '../gateway/io/uplinks/index.ts';
import type { UplinkDefinition } from '../gateway/io/uplinks/uplink.ts';
import type { CommitReceipt, Database } from '../gateway/storage/store-calls.ts';
import { serviceTroubleOf, type BackendFault } from './backend-fault.ts';
import { heldUplink } from './held-uplink.ts';
import { withUplinkBug, type UplinkBug } from './planted-uplink-bug.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { HttpPlace } from './simulated-http.ts';
import { UplinkWatch, type UplinkReport } from './uplink-watch.ts';
import { VirtualBackend } from './virtual-backend.ts';

export interface VirtualUplinkParts {
  readonly seed: number;
  readonly clock: SimulatedClock;
  readonly faults: readonly BackendFault[];
  readonly isClockFaulty: boolean;
  readonly plantedBug: UplinkBug | undefined;
  /** Hears what the backend took, to be compared with another run. */
  readonly log: (event: string) => void;
  readonly report: (message: string) => void;
}

const host = 'backend.example';
const id = 'backend';

/** A backend beyond the virtual home, what the gateway is told of it, and who watches. */
export class VirtualUplink {
  readonly watch: UplinkWatch;
  readonly places: readonly HttpPlace[];
  readonly config: UplinkConfig;
  readonly #parts: VirtualUplinkParts;

  constructor(parts: VirtualUplinkParts) {
    this.#parts = parts;
    const { seed, clock, faults, isClockFaulty, log, report } = parts;
    const backend = new VirtualBackend({
      seed,
      faults,
      hear: (batches) => {
        for (const { to, head } of batches) log(`backend ${clock.truth()} ${to} ${head}`);
        this.watch.taken(batches);
      },
    });
    this.watch = new UplinkWatch({ clock, backend, isClockFaulty, report });
    const trouble: HttpPlace['trouble'] = (nowMs) => serviceTroubleOf(backend.troubleAt(nowMs));
    this.places = [{ host, service: backend, trouble }];
    this.config = {
      ...{ id, kind: 'http', enabled: true, missingSecrets: [] },
      options: { url: `http://${host}` },
      ackKey: backend.ackKey,
      backlogReadingsPerSecond: 1_000,
    };
  }

  /** What of it the gateway works with, in one of its lives. */
  parts(database: Database): { readonly database: Database; readonly kinds: readonly UplinkDefinition[] } {
    const kinds = uplinks.map((kind) => heldUplink(kind, this.#parts.clock));
    return withUplinkBug({ database: this.#tapped(database), kinds }, this.#parts.plantedBug);
  }

  async settle(database: Database): Promise<UplinkReport> {
    return await this.watch.settle(database, id);
  }

  #tapped(database: Database): Database {
    const call: Database['call'] = async (name, ...parameters) => {
      const answer = await database.call(name, ...parameters);
      if (name === 'appendReadings') this.watch.committed(answer as CommitReceipt);
      return answer;
    };
    return { call, close: async () => await database.close() };
  }
}
