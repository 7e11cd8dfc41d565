import { startLines, type RunningLines } from '../../modbus-sim/server.ts';

/** What a device was told, as the device itself noted it. */
export interface SeenState {
  readonly atMs: number;
  /** Whether it follows a set point. */
  readonly isSet: boolean;
  /** What the set point makes it do: register counts. */
  readonly power: number;
}

export interface WatchedDevice {
  readonly id: string;
  readonly driver: string;
  readonly control: string;
  /** Of two that differ on the wire. */
  readonly setPoints: readonly [number, number];
  readonly hasRevertTimer: boolean;
  /** Every change, oldest first. */
  readonly seen: readonly SeenState[];
}

export interface WatchedDevices {
  readonly devices: readonly WatchedDevice[];
  readonly ports: RunningLines['ports'];
  readonly nowMs: () => number;
  /** Called at each change of any device. */
  onChange: () => void;
  readonly close: () => Promise<void>;
}

type Watched = WatchedDevice & { readonly seen: SeenState[] };

/** Sungrow: 13049 "EMS mode" 2 is forced, at the power in 13051. */
const sungrow: Watched = {
  id: 'sungrow',
  driver: 'sungrow-hybrid',
  control: 'battery_power_w',
  setPoints: [1_500, -2_000],
  hasRevertTimer: false,
  seen: [],
};
const [emsMode, forcedPower] = [13049, 13051];

/** SunSpec model 124 at 40343: StorCtl_Mod, and InWRte. */
const sunspec: Watched = {
  id: 'sunspec',
  driver: 'sunspec',
  control: 'battery_charge_limit_w',
  setPoints: [1_000, 3_000],
  hasRevertTimer: true,
  seen: [],
};
const [storageMode, chargeRate] = [40348, 40356];

/** Two devices that can be told, each on a port of its own, in a home of its own. */
export async function startWatchedDevices(): Promise<WatchedDevices> {
  const watch = (device: Watched, modeAt: number, powerAt: number) => {
    return (atMs: number, settings: ReadonlyMap<number, number>): void => {
      device.seen.push({ atMs, isSet: settings.get(modeAt) !== 0, power: settings.get(powerAt) ?? 0 });
      watched.onChange();
    };
  };
  const line = { framing: 'tcp', unitId: 1 } as const;
  const running = await startLines({
    seed: 7,
    startMs: Date.UTC(2026, 5, 1, 10),
    lines: [
      {
        ...line,
        units: [
          {
            id: sungrow.id,
            kind: 'sungrow-hybrid',
            unitId: 1,
            onSettingsChange: watch(sungrow, emsMode, forcedPower),
          },
        ],
      },
      {
        ...line,
        units: [
          {
            id: sunspec.id,
            kind: 'sunspec-hybrid',
            unitId: 1,
            onSettingsChange: watch(sunspec, storageMode, chargeRate),
          },
        ],
      },
    ],
  });
  const watched: WatchedDevices = {
    devices: [sungrow, sunspec],
    ports: running.ports,
    nowMs: running.nowMs,
    onChange: () => undefined,
    close: running.close,
  };
  return watched;
}
