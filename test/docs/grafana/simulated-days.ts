import type { QuantityName } from '../../../gateway/core/quantity.ts';
import { quantityDefinition } from '../../../gateway/core/quantity.ts';
import type { SaidText } from '../../../gateway/core/said-text.ts';
import type { SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** As often as every quantity is told. */
export const stepMs = 5 * minuteMs;

/** A home's two days and a little of the third, so that a day can be told from the one before it. */
export interface SimulatedDays {
  readonly fromMs: number;
  readonly toMs: number;
  /** By time. */
  readonly rows: readonly SinkRow[];
  readonly texts: readonly SaidText[];
}

type Values = Readonly<Partial<Record<QuantityName, number>>>;

/** What a simulated home would have had stored: every device and source of the demo, and a probe. The same each time. */
export function simulatedDays(fromMs: number): SimulatedDays {
  const toMs = fromMs + 50 * hourMs;
  const home = new SimulatedHome({ seed: 20_260_310, startMs: fromMs });
  const rows: SinkRow[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    home.advanceTo(atMs);
    for (const [device, values] of Object.entries({ ...homeValues(home), ...sourceValues(atMs, home) }))
      rows.push(...rowsOf(device, atMs, values));
  }
  return { fromMs, toMs, rows, texts: textsAt(fromMs) };
}

function rowsOf(device: string, atMs: number, values: Values): readonly SinkRow[] {
  return Object.entries(values).map(([quantity, value]) => ({
    device,
    quantity,
    unit: quantityDefinition(quantity).unit,
    atMs,
    value,
    quality: 'good',
  }));
}

function homeValues(home: SimulatedHome): Readonly<Record<string, Values>> {
  const { flow, energy, batterySocPct } = home.state();
  const kwh = (wattSeconds: number): number => wattSeconds / 3.6e6;
  const [l1, l2, l3] = flow.gridPhaseW;
  const grid: Values = {
    grid_power_w: flow.gridW,
    grid_power_l1_w: l1,
    grid_power_l2_w: l2,
    grid_power_l3_w: l3,
    grid_import_kwh: kwh(energy.importWs),
    grid_export_kwh: kwh(energy.exportWs),
  };
  return {
    'inverter-1': {
      pv_power_w: flow.pv1W,
      battery_power_w: flow.batteryW,
      battery_soc_pct: batterySocPct,
      home_power_w: flow.loadW + flow.hybridLossW,
      pv_energy_kwh: kwh(energy.pv1Ws),
    },
    'inverter-2': { pv_power_w: flow.pv2W, pv_energy_kwh: kwh(energy.pv2Ws) },
    'meter-1': grid,
    p1: { ...grid, wifi_strength_pct: 72 },
  };
}

function sourceValues(atMs: number, home: SimulatedHome): Readonly<Record<string, Values>> {
  const outdoor = home.state().flow.outdoorCelsius;
  const hour = atMs / hourMs;
  const wave = Math.sin((hour / 24) * 2 * Math.PI);
  const zone = (base: number): Values => ({ room_temperature_c: base + wave / 2, room_set_point_c: base });
  return {
    'p1/gas-4730': { gas_m3: 1_234 + Math.floor(hour % 1_000) / 10 },
    weather: {
      outdoor_temperature_c: outdoor,
      outdoor_feels_like_c: outdoor - 2,
      air_pressure_hpa: 1_013,
      outdoor_humidity_pct: 70 + 10 * wave,
    },
    'heating/zone-5': zone(20),
    'heating/zone-6': zone(17),
    'probes/28-000005': { temperature_c: 45 + 5 * wave },
    fridge: { load_power_w: 40 + 40 * wave, load_energy_kwh: hour / 20 },
    'grid-carbon': { carbon_intensity_g_per_kwh: 60 + 20 * wave, zone_renewable_pct: 30 + 5 * wave },
    colours: { tempo_today_colour: 1 + (Math.floor(hour / 24) % 3), tempo_tomorrow_colour: 2 },
  };
}

function textsAt(atMs: number): readonly SaidText[] {
  const text = (device: string, quantity: string, said: string): SaidText => ({
    device,
    quantity,
    atMs,
    text: said,
  });
  return [
    text('heating/zone-5', 'name', 'Living room'),
    text('heating/zone-6', 'name', `a"b; drop table`),
    text('heating/system-1', 'system_mode', 'Auto'),
    text('probes/28-000005', 'name', 'Water'),
    text('weather', 'weather_main', 'Clouds'),
  ];
}
