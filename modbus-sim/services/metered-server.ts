import { SharedServer } from './shared-server.ts';
import { TasmotaService } from './tasmota-service.ts';
import { dayAfter, frenchDate, frenchTimeMs, seasonYear } from './tempo-season.ts';

const hourMs = 3_600_000;
/** Of history at least, when it starts. */
const pastDays = 56;
const meanPowerW = 78;
const bootMs = 30_000;

/** A plug with a server behind it, which starts when power comes back, and what it has counted since it was bought. */
export interface MeteredServer {
  readonly server: SharedServer;
  readonly plug: TasmotaService;
  /** The day on which it was bought: a 1 September, so that it is the same at each start of a season. */
  readonly startDate: string;
}

export function meteredServer(startMs: number): MeteredServer {
  const startDate = `${seasonYear(dayAfter(frenchDate(startMs), -pastDays))}-09-01`;
  const server = new SharedServer({ startMs, startsWithPower: true, bootMs, powerW });
  const plug = new TasmotaService({
    startMs,
    powerW: (nowMs) => [server.drawnW(nowMs)],
    totalWh: ((startMs - frenchTimeMs(startDate, 6)) / hourMs) * meanPowerW,
    onSwitch: (isOn, atMs) => server.power(isOn, atMs),
  });
  return { server, plug, startDate };
}

/** It works now and then. */
function powerW(nowMs: number): number {
  return 74 + 9 * Math.sin(nowMs / 400_000) + 4 * Math.sin(nowMs / 37_000);
}
