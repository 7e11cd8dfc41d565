import type {
  ControlDefinition,
  RegisterValue,
  RevertTimer,
  WritableRegister,
} from '../control-definition.ts';
import { isFronius } from './dc-inputs.ts';
import { numberFormatOf } from './placed-point.ts';
import type { ReadPoint } from './read-points.ts';

/** The models that control is taken from, as they were read; empty for those that the device lacks. */
export interface ControlModels {
  readonly maker: string;
  /** 120 */
  readonly nameplate: readonly ReadPoint[];
  /** 123 */
  readonly immediateControls: readonly ReadPoint[];
  /** 124 */
  readonly storage: readonly ReadPoint[];
  /** 704 */
  readonly derControls: readonly ReadPoint[];
}

/**
 * Of an unknown device we take the 100 000 writes of an EEPROM cell, over ten years. Fronius keeps what it is told
 * in memory that a restart forgets.
 */
const writesPerYearMax = 10_000;
const froniusWritesPerYearMax = 1_000_000;
const minIntervalMs = 5_000;

/**
 * What the device can be told. Only points that it implements are used; a limit goes back by the device's own
 * timer where it has one. The three battery controls share a register and replace one another. Rates and
 * WChaMax are taken as they are at discovery, and a set point is a percentage of them on the wire.
 */
export function discoverControls(models: ControlModels): readonly ControlDefinition[] {
  const limit = derPowerLimit(models.derControls) ?? powerLimit(models.immediateControls);
  const controls = [...(limit === undefined ? [] : [limit]), ...batteryControls(models)];
  if (!isFronius(models)) return controls;
  return controls.map((control) => ({ ...control, writesPerYearMax: froniusWritesPerYearMax }));
}

type Writer = (point: string) => WritableRegister | undefined;

/** How to write a block's points; undefined for those that it does not implement. */
function writerOf(read: readonly ReadPoint[]): Writer {
  return (name) => {
    const { point, value } = read.find((each) => each.point.name === name) ?? {};
    const encoding = point && numberFormatOf(point.definition)?.encoding;
    if (point === undefined || encoding === undefined || value === null) return undefined;
    if (encoding === 'u64' || encoding === 's64' || encoding === 'f64') return undefined;
    const { address, scaleAddress } = point;
    return { address, encoding, ...(scaleAddress === undefined ? {} : { scaleRegister: scaleAddress }) };
  };
}

function timerOf(register: WritableRegister | undefined): { revertTimer?: RevertTimer } {
  if (register === undefined) return {};
  return { revertTimer: { register, maxS: register.encoding === 'u32' ? 0xfffffffe : 0xfffe } };
}

function powerLimit(read: readonly ReadPoint[]): ControlDefinition | undefined {
  const writer = writerOf(read);
  const limit = writer('WMaxLimPct');
  const enabled = writer('WMaxLim_Ena');
  if (limit === undefined || enabled === undefined) return undefined;
  return {
    name: 'active_power_limit_pct',
    source: 'SunSpec model 123, Immediate Controls',
    min: 0,
    max: 100,
    step: 1,
    minIntervalMs,
    writesPerYearMax,
    set: [write(limit, (pct) => pct), write(enabled, 1)],
    revert: [write(enabled, 0)],
    ...timerOf(writer('WMaxLimPct_RvrtTms')),
  };
}

function derPowerLimit(read: readonly ReadPoint[]): ControlDefinition | undefined {
  const writer = writerOf(read);
  const limit = writer('WMaxLimPct');
  const enabled = writer('WMaxLimPctEna');
  const enabledAfterwards = writer('WMaxLimPctEnaRvrt');
  const timer = writer('WMaxLimPctRvrtTms');
  if (limit === undefined || enabled === undefined) return undefined;
  const isTimed = timer !== undefined && enabledAfterwards !== undefined;
  return {
    name: 'active_power_limit_pct',
    source: 'SunSpec model 704, DER AC Controls',
    min: 0,
    max: 100,
    step: 1,
    minIntervalMs,
    writesPerYearMax,
    set: [...(isTimed ? [write(enabledAfterwards, 0)] : []), write(limit, (pct) => pct), write(enabled, 1)],
    revert: [write(enabled, 0)],
    ...timerOf(isTimed ? timer : undefined),
  };
}

/** Bits of StorCtl_Mod: which of the two rates is in force. */
const chargeLimited = 1;
const dischargeLimited = 2;

/**
 * Rates are percentages: of WChaMax for charging; for discharging of the nameplate's rate, or of WChaMax as
 * well where there is none, and with Fronius always (Fronius, GEN24 Modbus register map, model 124).
 */
function batteryControls({ maker, storage, nameplate }: ControlModels): ControlDefinition[] {
  const writer = writerOf(storage);
  const mode = writer('StorCtl_Mod');
  const chargeRate = writer('InWRte');
  const dischargeRate = writer('OutWRte');
  const chargeMaxW = powerOf(storage, 'WChaMax');
  if (mode === undefined || chargeMaxW === undefined) return [];
  const ownDischargeMaxW = isFronius({ maker }) ? undefined : powerOf(nameplate, 'MaxDisChaRte');
  const dischargeMaxW = ownDischargeMaxW ?? chargeMaxW;
  const chargePct = (powerW: number): number => (powerW / chargeMaxW) * 100;
  const dischargePct = (powerW: number): number => (powerW / dischargeMaxW) * 100;
  const shared = {
    source: 'SunSpec model 124, Storage',
    min: 0,
    step: 1,
    minIntervalMs,
    writesPerYearMax,
    ...timerOf(writer('InOutWRte_RvrtTms')),
  };
  const controls: ControlDefinition[] = [];
  if (chargeRate !== undefined) {
    controls.push({
      ...shared,
      name: 'battery_charge_limit_w',
      max: Math.floor(chargeMaxW),
      set: [write(chargeRate, chargePct), write(mode, chargeLimited)],
      revert: [write(mode, 0), write(chargeRate, 100)],
    });
  }
  if (dischargeRate !== undefined) {
    controls.push({
      ...shared,
      name: 'battery_discharge_limit_w',
      max: Math.floor(dischargeMaxW),
      set: [write(dischargeRate, dischargePct), write(mode, dischargeLimited)],
      revert: [write(mode, 0), write(dischargeRate, 100)],
    });
  }
  // A negative rate turns a limit into a command. Only Fronius is known to take it that way.
  if (chargeRate !== undefined && dischargeRate !== undefined && isFronius({ maker })) {
    controls.push({
      ...shared,
      name: 'battery_power_w',
      min: -Math.floor(chargeMaxW),
      max: Math.floor(dischargeMaxW),
      set: [
        write(dischargeRate, dischargePct),
        write(chargeRate, (powerW) => -chargePct(powerW)),
        write(mode, chargeLimited + dischargeLimited),
      ],
      revert: [write(mode, 0), write(dischargeRate, 100), write(chargeRate, 100)],
    });
  }
  return controls;
}

function powerOf(read: readonly ReadPoint[], name: string): number | undefined {
  const value = read.find(({ point }) => point.name === name)?.value;
  return typeof value === 'number' && value >= 1 ? value : undefined;
}

function write<Value>(register: WritableRegister, value: Value): RegisterValue<Value> {
  return { register, value };
}
