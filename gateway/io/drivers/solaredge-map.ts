import type { DriverDefinition } from './driver.ts';
import type { DerivedField, RegisterField } from './register-map.ts';
import { solaredgeBatteries } from './solaredge-batteries.ts';
import { solaredgeControls } from './solaredge-controls.ts';
import { solaredgeMeter } from './solaredge-meter.ts';
import { sunspecCounter, sunspecInt } from './solaredge-point.ts';

const power = { scaleRegister: 40084, min: -500_000, max: 500_000 } as const;
const voltage = { encoding: 'u16', scaleRegister: 40082, min: 0, max: 600 } as const;
const current = { encoding: 'u16', scaleRegister: 40075, min: 0, max: 2_000 } as const;

const inverterFields: readonly RegisterField[] = [
  { name: 'inverter_model', table: 'holding', address: 40069, encoding: 'u16', min: 101, max: 103 },
  sunspecInt('inverter_current_a', { address: 40071, ...current }),
  sunspecInt('inverter_current_l1_a', { address: 40072, ...current }),
  sunspecInt('inverter_current_l2_a', { address: 40073, ...current }),
  sunspecInt('line_voltage_l1_l2', { address: 40076, ...voltage }),
  sunspecInt('phase_voltage_l1', { address: 40079, ...voltage }),
  sunspecInt('grid_voltage_l2_v', { address: 40080, ...voltage }),
  sunspecInt('inverter_power_w', { address: 40083, encoding: 's16', ...power }),
  sunspecInt('grid_frequency_hz', {
    address: 40085,
    encoding: 'u16',
    scaleRegister: 40086,
    min: 40,
    max: 70,
  }),
  sunspecInt('inverter_apparent_power_va', {
    address: 40087,
    encoding: 's16',
    ...power,
    scaleRegister: 40088,
  }),
  sunspecInt('inverter_reactive_power_var', {
    address: 40089,
    encoding: 's16',
    ...power,
    scaleRegister: 40090,
  }),
  sunspecInt('inverter_power_factor', {
    address: 40091,
    encoding: 's16',
    scaleRegister: 40092,
    scale: 0.01,
    min: -1,
    max: 1,
  }),
  sunspecCounter('inverter_energy_kwh', {
    address: 40093,
    scaleRegister: 40095,
    scale: 0.001,
    min: 0,
    max: 100_000_000,
  }),
  sunspecInt('inverter_dc_current_a', {
    address: 40096,
    encoding: 'u16',
    scaleRegister: 40097,
    min: 0,
    max: 2_000,
  }),
  sunspecInt('inverter_dc_voltage_v', {
    address: 40098,
    encoding: 'u16',
    scaleRegister: 40099,
    min: 0,
    max: 1_500,
  }),
  sunspecInt('inverter_dc_power_w', { address: 40100, encoding: 's16', ...power, scaleRegister: 40101 }),
  sunspecInt('inverter_heatsink_temperature_c', {
    address: 40103,
    encoding: 's16',
    scaleRegister: 40106,
    min: -40,
    max: 150,
  }),
  {
    name: 'device_status',
    table: 'holding',
    address: 40107,
    encoding: 'u16',
    notAvailable: [0xffff],
    min: 0,
    max: 0xfffe,
    labels: {
      1: 'off',
      2: 'sleeping',
      3: 'starting',
      4: 'producing',
      5: 'throttled',
      6: 'shutting down',
      7: 'fault',
      8: 'standby',
    },
  },
  {
    name: 'alarm_code',
    table: 'holding',
    address: 40108,
    encoding: 'u16',
    notAvailable: [0xffff],
    min: 0,
    max: 0xfffe,
  },
];

const thirdPhaseFields: readonly RegisterField[] = [
  sunspecInt('inverter_current_l3_a', { address: 40074, ...current }),
  sunspecInt('grid_voltage_l3_v', { address: 40081, ...voltage }),
];

const singlePhaseModel = 101;

const inverterDerived: readonly DerivedField[] = [
  { quantity: 'grid_voltage_l1_v', from: ['phase_voltage_l1'], compute: ([volts]) => volts },
  {
    // A single-phase inverter has no other line: some firmware gives its voltage as that between lines only.
    quantity: 'grid_voltage_l1_v',
    from: ['inverter_model', 'line_voltage_l1_l2'],
    compute: ([model, volts]) => (model === singlePhaseModel ? volts : undefined),
  },
];

/** What differs between the regions. */
interface Region {
  readonly phases: readonly ('l1' | 'l2' | 'l3')[];
  /** SunSpec models of its inverters. */
  readonly models: readonly number[];
}

/**
 * The map of all SolarEdge inverters: SunSpec models 101 to 103 at fixed places, a first meter, and up to three
 * batteries in registers of SolarEdge's own.
 */
export function solaredgeMap({ phases, models }: Region): Omit<DriverDefinition, 'id' | 'title'> {
  const meter = solaredgeMeter(phases);
  return {
    source:
      'SolarEdge, SunSpec Logging in SolarEdge Inverters (technical note), zero-based addresses are the printed ' +
      'ones − 1; meters, Synergy inverters and batteries after WillCodeForCats/solaredge-modbus-multi and evcc-io/evcc',
    wordOrder: 'big',
    defaultUnit: 1,
    defaultPort: 1502,
    // One client only: it drops the older connection, or refuses the newer.
    limits: {
      registersMax: 125,
      responseMsMax: 300,
      requestGapMs: 0,
      connectDelayMs: 0,
      requestTimeoutMs: 5_000,
      perRequestMs: 60,
    },
    fields: [
      ...inverterFields,
      ...(phases.includes('l3') ? thirdPhaseFields : []),
      ...meter.fields,
      ...solaredgeBatteries.fields,
    ],
    derived: [...inverterDerived, ...meter.derived, ...solaredgeBatteries.derived],
    serialNumber: { table: 'holding', address: 40052, count: 16 },
    model: { table: 'holding', address: 40020, count: 16 },
    firmware: { table: 'holding', address: 40044, count: 8 },
    controls: solaredgeControls,
    recognition: {
      certainty: 'certain',
      checks: [
        { text: { table: 'holding', address: 40004, count: 16 }, matches: /^SolarEdge/ },
        {
          number: { name: 'model', table: 'holding', address: 40069, encoding: 'u16', min: 101, max: 103 },
          anyOf: models,
        },
      ],
    },
  };
}
