import { isQuantityName } from '../../../core/quantity.ts';
import type { SwitchPosition } from '../../../io/switches/switch.ts';
import type { SeenServer } from './order-machine.ts';
import { PowerSight, type SeenPower } from './power-sight.ts';
import type { SwitchingPorts } from './switching-ports.ts';

/** Where the server is seen, and by what. */
export interface ServerSeen extends SeenServer {
  readonly by: 'plug' | 'switch' | undefined;
  readonly power: SeenPower | undefined;
  /** When that was, UTC epoch ms; undefined where it is not seen. */
  readonly atMs: number | undefined;
}

interface Said {
  readonly position: SwitchPosition | undefined;
  readonly steadyMs: number;
  readonly atMs: number;
}

const saidFreshMs = 150_000;

/** Sees whether the server is on: by the power of its plug, and where that says nothing by what its switch says. */
export class ServerSight {
  readonly #ports: SwitchingPorts;
  readonly #power: PowerSight | undefined;
  #said: Said | undefined;
  /** Whether the switch could ever tell. */
  #switchTells = false;

  constructor(ports: SwitchingPorts) {
    const { settings, clock, feed } = ports;
    this.#ports = ports;
    if (settings.meter === undefined) return;
    const device = meterDevice(settings.meter);
    const periodMs = ports.periodMsOf(device.split('/')[0] ?? '');
    this.#power = new PowerSight(
      { device, offBelowWatts: settings.offBelowWatts, periodMs },
      { clock, feed },
    );
  }

  /** Asks the switch where the plug says nothing, unless it was asked not so long ago. Never throws. */
  async look(signal: AbortSignal, everyMs: number): Promise<void> {
    const { powerSwitch, clock, logger } = this.#ports;
    if (powerSwitch === undefined || this.#power?.now() !== undefined) return;
    const steadyMs = clock.monotonic();
    if (this.#said !== undefined && steadyMs - this.#said.steadyMs < everyMs) return;
    this.#said = { position: undefined, steadyMs, atMs: clock.wall() };
    try {
      const position = await powerSwitch.position(signal);
      if (position !== undefined) this.#switchTells = true;
      this.#said = { position, steadyMs: clock.monotonic(), atMs: clock.wall() };
    } catch (error) {
      // It could tell, were it there.
      this.#switchTells = true;
      logger.debug({ error }, 'the switch of the server does not say whether it is on');
    }
  }

  /** What the switch said before a command is not what came of it. */
  forgetSaid(): void {
    this.#said = undefined;
  }

  seen(): ServerSeen {
    const power = this.#power?.now();
    const canBeSeen = this.#power !== undefined || this.#switchTells;
    if (power !== undefined) {
      const { leaning, isSettled, atMs } = power;
      return { position: isSettled ? leaning : undefined, leaning, canBeSeen, power, by: 'plug', atMs };
    }
    const said = this.#said;
    const isFresh = said !== undefined && this.#ports.clock.monotonic() - said.steadyMs < saidFreshMs;
    const position = isFresh ? said.position : undefined;
    const by = position === undefined ? undefined : ('switch' as const);
    return { position, leaning: undefined, canBeSeen, power, by, atMs: by && said?.atMs };
  }
}

/** Without the quantity that may stand behind it. */
function meterDevice(meter: string): string {
  const end = meter.lastIndexOf('/');
  return end > 0 && isQuantityName(meter.slice(end + 1)) ? meter.slice(0, end) : meter;
}
