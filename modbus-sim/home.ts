import assert from 'node:assert';
import { Battery } from './battery.ts';
import { Clouds } from './clouds.ts';
import { GridSupply } from './grid-supply.ts';
import type { Phases } from './grid-supply.ts';
import { narrowest } from './home-controls.ts';
import type { HybridController, HybridControls } from './home-controls.ts';
import { defaultHome } from './home-options.ts';
import type { HomeOptions } from './home-options.ts';
import { addFlow, zeroEnergy } from './home-state.ts';
import type { EnergyTotals, HomeState, PowerFlow } from './home-state.ts';
import { HouseLoad } from './house-load.ts';
import { hybridFlow } from './hybrid-inverter.ts';
import { OutdoorTemperature } from './outdoor-temperature.ts';
import { dcPowerW } from './pv-array.ts';
import { SeededRandom } from './random.ts';
import { localDayIndex, localDayStartMs } from './site.ts';
import type { Site } from './site.ts';
import { SmoothNoise } from './smooth-noise.ts';
import { clearSky, planeIrradianceWm2, sunDirection } from './sun.ts';

/** Steps start at multiples of this since the epoch. */
export const stepMs = 10_000;
const stepS = stepMs / 1000;

/** What the devices are told takes effect at the next whole second, so that energies stay whole watt-seconds. */
const secondMs = 1000;
const stringStandbyW = 6;
const stringLossShare = 0.02;

/** The home's exact state, for tests to compare with what a gateway measured. Powers in W, energies in Wh. */
export interface HomeTruth extends PowerFlow {
  readonly atMs: number;
  readonly batterySocPct: number;
  readonly pv1Wh: number;
  readonly pv2Wh: number;
  readonly chargeWh: number;
  readonly dischargeWh: number;
  readonly loadWh: number;
  readonly importWh: number;
  readonly exportWh: number;
  /** What the battery holds. */
  readonly storedWh: number;
}

/**
 * Two PV arrays, a battery, a family and a connection to the street. No clock: `advanceTo` moves it, in fixed steps
 * aligned to the epoch, so that the state depends on the seed, the start and the latest time asked for, and not on
 * how often it was asked. A virtual day costs a few tens of milliseconds.
 */
export class SimulatedHome {
  readonly site: Site;
  readonly battery: Battery;
  readonly #array1;
  readonly #array2;
  readonly #hybridRatedW: number;
  readonly #clouds: Clouds;
  readonly #temperature: OutdoorTemperature;
  readonly #load: HouseLoad;
  readonly #grid: GridSupply;
  readonly #phaseShares: readonly [SmoothNoise, SmoothNoise];
  readonly #energy: EnergyTotals;
  /** Steps to remember, and their state once reached. */
  readonly #remembered = new Map<number, HomeState | undefined>();
  readonly #controllers: HybridController[] = [];
  #controls: HybridControls = narrowest([]);
  #midnightEnergy: Readonly<EnergyTotals>;
  #nextMidnightMs: number;
  #atMs: number;
  #flow: PowerFlow;
  #flowBefore: PowerFlow;
  #pv2WakeMs = 0;
  #pv2SleepMs = 0;
  #pv2PeakTodayW: number;
  /** The current step's state, once asked for. */
  #state: HomeState | undefined;

  constructor(options: HomeOptions) {
    const random = new SeededRandom(options.seed);
    this.site = options.site ?? defaultHome.site;
    this.battery = new Battery(options.battery ?? defaultHome.battery);
    this.#array1 = options.array1 ?? defaultHome.array1;
    this.#array2 = options.array2 ?? defaultHome.array2;
    this.#hybridRatedW = options.hybridRatedW ?? defaultHome.hybridRatedW;
    this.#clouds = new Clouds(random.fork('clouds'));
    this.#temperature = new OutdoorTemperature(random.fork('temperature'), this.site);
    this.#load = new HouseLoad(random.fork('load'), this.site, this.#temperature);
    this.#grid = new GridSupply(random.fork('grid'));
    this.#phaseShares = [
      new SmoothNoise(random.fork('phase 1'), 600_000),
      new SmoothNoise(random.fork('phase 2'), 600_000),
    ];
    this.#energy = { ...zeroEnergy(), ...(options.energyAtStart ?? defaultHome.energyAtStart) };
    this.#midnightEnergy = { ...this.#energy };
    this.#atMs = stepStartMs(options.startMs);
    this.#nextMidnightMs = localDayStartMs(localDayIndex(this.#atMs, this.site) + 1, this.site);
    this.#flow = this.#flowAt(this.#atMs, 0);
    this.#flowBefore = this.#flow;
    this.#pv2PeakTodayW = this.#flow.pv2W;
    if (this.#flow.pv2W > 0) this.#pv2WakeMs = this.#atMs;
  }

  /** Since when the present powers hold: the start of the step, or of what the devices were told in it. */
  get atMs(): number {
    return this.#atMs;
  }

  /** The powers that held until then. */
  get flowBefore(): PowerFlow {
    return this.#flowBefore;
  }

  /** From now on the controller has its say in what the hybrid inverter does. */
  attach(controller: HybridController): void {
    this.#controllers.push(controller);
  }

  /** Lives through all steps up to the one that holds `wallMs`. A time in the past changes nothing. */
  advanceTo(wallMs: number): void {
    for (;;) {
      const changeMs = this.#nextChangeMs();
      const nextMs = Math.min(stepStartMs(this.#atMs) + stepMs, changeMs);
      if (nextMs > wallMs) return;
      if (nextMs === changeMs) this.#controls = narrowest(this.#controllers.map((c) => c.controlsAt(nextMs)));
      this.#moveTo(nextMs);
    }
  }

  /** Asks for the state at a time to be kept for `recall`; for a time already passed, the present one is kept. */
  remember(atMs: number): void {
    const wantedMs = stepStartMs(atMs);
    if (this.#remembered.has(wantedMs)) return;
    this.#remembered.set(wantedMs, wantedMs <= this.#atMs ? this.state() : undefined);
  }

  /** The state at a time given to `remember` and reached since. */
  recall(atMs: number): HomeState {
    const state = this.#remembered.get(stepStartMs(atMs));
    assert(state !== undefined, 'only a remembered and reached time can be recalled');
    return state;
  }

  state(): HomeState {
    return (this.#state ??= {
      atMs: this.#atMs,
      flow: this.#flow,
      batterySocPct: this.battery.socPct,
      batteryCapacityWh: this.battery.options.capacityWh,
      energy: { ...this.#energy },
      midnightEnergy: this.#midnightEnergy,
      pv2WakeMs: this.#pv2WakeMs,
      pv2SleepMs: this.#pv2SleepMs,
      pv2PeakTodayW: this.#pv2PeakTodayW,
    });
  }

  truth(): HomeTruth {
    return {
      ...this.#flow,
      atMs: this.#atMs,
      batterySocPct: this.battery.socPct,
      storedWh: this.battery.storedWh,
      pv1Wh: this.#energy.pv1Ws / 3600,
      pv2Wh: this.#energy.pv2Ws / 3600,
      chargeWh: this.#energy.chargeWs / 3600,
      dischargeWh: this.#energy.dischargeWs / 3600,
      loadWh: this.#energy.loadWs / 3600,
      importWh: this.#energy.importWs / 3600,
      exportWh: this.#energy.exportWs / 3600,
    };
  }

  #nextChangeMs(): number {
    let nextMs = Infinity;
    for (const { nextChangeMs } of this.#controllers) nextMs = Math.min(nextMs, nextChangeMs);
    return Math.max(this.#atMs, Math.ceil(nextMs / secondMs) * secondMs);
  }

  /** The powers held until `nextMs`, which is in this step or at its end; others hold from there on. */
  #moveTo(nextMs: number): void {
    const previous = this.#flow;
    const seconds = (nextMs - this.#atMs) / secondMs;
    addFlow(this.#energy, previous, seconds);
    this.battery.apply(previous.batteryW, seconds);
    this.#atMs = nextMs;
    this.#state = undefined;
    if (this.#atMs >= this.#nextMidnightMs) {
      this.#midnightEnergy = { ...this.#energy };
      this.#pv2PeakTodayW = 0;
      this.#nextMidnightMs += 86_400_000;
    }
    this.#flowBefore = previous;
    this.#flow = this.#flowAt(this.#atMs, previous.loadW - previous.pv2W);
    this.#pv2PeakTodayW = Math.max(this.#pv2PeakTodayW, this.#flow.pv2W);
    if (previous.pv2W === 0 && this.#flow.pv2W > 0) this.#pv2WakeMs = this.#atMs;
    if (previous.pv2W > 0 && this.#flow.pv2W === 0) this.#pv2SleepMs = this.#atMs;
    if (this.#remembered.has(this.#atMs)) this.#remembered.set(this.#atMs, this.state());
  }

  /**
   * `wantedAcW` is what the hybrid inverter should give for the grid to come to zero, as its meter saw it one step
   * ago: it follows a kettle 10 s late, as a real one lags too.
   */
  #flowAt(atMs: number, wantedAcW: number): PowerFlow {
    const sun = sunDirection(atMs, this.site);
    const sky = clearSky(sun);
    const cloudCover = this.#clouds.coverAt(atMs);
    const outdoorCelsius = this.#temperature.celsiusAt(atMs);
    const irradiance1Wm2 = planeIrradianceWm2(sun, sky, this.#array1, cloudCover);
    const irradiance2Wm2 = planeIrradianceWm2(sun, sky, this.#array2, cloudCover);

    const pv2DcW = dcPowerW(this.#array2, irradiance2Wm2, outdoorCelsius);
    const pv2W = Math.max(0, Math.round(pv2DcW * (1 - stringLossShare)) - stringStandbyW);
    const loadW = this.#load.powerW(atMs);
    const hybrid = hybridFlow(this.battery, this.#hybridRatedW, {
      pvW: dcPowerW(this.#array1, irradiance1Wm2, outdoorCelsius),
      wantedAcW,
      houseW: loadW - pv2W,
      controls: this.#controls,
      stepS,
    });
    const gridW = loadW - hybrid.hybridAcW - pv2W;
    const gridPhaseW = this.#gridPhases(atMs, loadW, gridW);
    return {
      ...hybrid,
      pv2DcW,
      pv2W,
      loadW,
      gridW,
      gridPhaseW,
      phaseVoltageV: this.#grid.phaseVoltagesV(atMs, gridPhaseW),
      frequencyHz: this.#grid.frequencyHz(atMs),
      outdoorCelsius,
      irradiance1Wm2,
      irradiance2Wm2,
      cloudCover,
    };
  }

  /** Both inverters feed the three phases alike; the house does not draw from them alike. */
  #gridPhases(atMs: number, loadW: number, gridW: number): Phases {
    const inverterPhaseW = (loadW - gridW) / 3;
    const l1W = Math.round(loadW * (0.4 + 0.12 * this.#phaseShares[0].at(atMs)) - inverterPhaseW);
    const l2W = Math.round(loadW * (0.32 + 0.1 * this.#phaseShares[1].at(atMs)) - inverterPhaseW);
    return [l1W, l2W, gridW - l1W - l2W];
  }
}

function stepStartMs(atMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs;
}
