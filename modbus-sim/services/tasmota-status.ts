/** What a simulated plug knows of itself when it is asked. */
export interface TasmotaState {
  readonly nowMs: number;
  readonly upMs: number;
  /** By the names of its relays: `POWER`, or `POWER1`, `POWER2`. */
  readonly relays: Readonly<Record<string, boolean>>;
  readonly isOn: boolean;
  /** One item a phase; undefined without a meter. */
  readonly powerW: readonly number[] | undefined;
  readonly totalKwh: number;
  readonly todayKwh: number;
  readonly yesterdayKwh: number;
  readonly sensors: Readonly<Record<string, unknown>>;
  readonly webServer: number;
}

const mainsV = 231;
const powerFactor = 0.98;
const utcOffsetMs = 3_600_000;

/** The answer to `Status <number>` over HTTP: one object, of all parts for 0. */
export function tasmotaStatus(value: string, state: TasmotaState): unknown {
  const parts: Readonly<Record<string, unknown>> = {
    2: { StatusFWR: { Version: '14.6.0(release-tasmota)', Boot: 31, Core: '2_7_8', Hardware: 'ESP8285N08' } },
    5: {
      StatusNET: { Hostname: 'tasmota-1A2B3C-2876', Mac: 'DC:4F:22:1A:2B:3C', Webserver: state.webServer },
    },
    7: {
      StatusTIM: {
        UTC: new Date(state.nowMs).toISOString(),
        Local: localTime(state.nowMs),
        Timezone: '+01:00',
      },
    },
    8: { StatusSNS: sensors(state) },
    10: { StatusSNS: sensors(state) },
    11: { StatusSTS: states(state) },
  };
  if (value === '') return status(state);
  if (value !== '0') return parts[value] ?? { Command: 'Error' };
  const all = Object.entries(parts).filter(([number]) => number !== '8');
  return Object.assign({}, status(state), ...all.map(([, part]) => part)) as unknown;
}

function status({ relays }: TasmotaState): object {
  const mask = Object.values(relays).reduce((sum, isOn, index) => sum + (isOn ? 2 ** index : 0), 0);
  return {
    Status: {
      Module: 0,
      DeviceName: 'Boiler plug',
      FriendlyName: ['Boiler'],
      Topic: 'tasmota_1A2B3C',
      Power: mask,
      PowerOnState: 3,
      SwitchMode: [0, 0, 0, 0],
    },
  };
}

function sensors(state: TasmotaState): object {
  const { powerW } = state;
  const energy = powerW === undefined ? {} : { ENERGY: energyOf(powerW, state) };
  const isProbe = Object.values(state.sensors).some((sensor) => typeof sensor === 'object');
  return {
    Time: localTime(state.nowMs),
    ...energy,
    ...state.sensors,
    ...(isProbe && state.sensors['TempUnit'] === undefined && { TempUnit: 'C' }),
  };
}

function energyOf(powerW: readonly number[], state: TasmotaState): object {
  const apparentVa = powerW.map((power) => Math.round(power / powerFactor));
  return {
    TotalStartTime: '2025-09-21T04:40:20',
    Total: state.totalKwh,
    Yesterday: state.yesterdayKwh,
    Today: state.todayKwh,
    Power: oneOrMany(powerW.map(Math.round)),
    ApparentPower: oneOrMany(apparentVa),
    ReactivePower: oneOrMany(apparentVa.map((power) => Math.round(power * Math.sqrt(1 - powerFactor ** 2)))),
    Factor: oneOrMany(powerW.map((power) => (power === 0 ? 0 : powerFactor))),
    // Without SetOption21 a plug that is off shows none.
    Voltage: state.isOn ? mainsV : 0,
    Current: oneOrMany(apparentVa.map((power) => Math.round((power / mainsV) * 1_000) / 1_000)),
  };
}

function oneOrMany(items: readonly number[]): number | readonly number[] {
  return items.length === 1 ? (items[0] ?? 0) : items;
}

function states({ nowMs, upMs, relays }: TasmotaState): object {
  const upSeconds = Math.floor(upMs / 1_000);
  return {
    Time: localTime(nowMs),
    Uptime: `${Math.floor(upSeconds / 86_400)}T${new Date(upMs % 86_400_000).toISOString().slice(11, 19)}`,
    UptimeSec: upSeconds,
    Heap: 25,
    SleepMode: 'Dynamic',
    Sleep: 50,
    LoadAvg: 19,
    MqttCount: 0,
    ...Object.fromEntries(Object.entries(relays).map(([key, isOn]) => [key, isOn ? 'ON' : 'OFF'])),
    Wifi: {
      AP: 1,
      SSId: 'home',
      Channel: 11,
      Mode: '11n',
      RSSI: 74,
      Signal: -63,
      LinkCount: 1,
      Downtime: '0T00:00:03',
    },
  };
}

/** Local, without its zone. */
function localTime(nowMs: number): string {
  return new Date(nowMs + utcOffsetMs).toISOString().slice(0, 19);
}
