import { GatewayError } from '../../../core/errors.ts';
import type { ControlDefinition } from '../control-definition.ts';
import type { RegisterMap, RegisterReader } from '../driver.ts';
import type { TextField } from '../register-map.ts';
import { findDcInputs, type DcInput } from './dc-inputs.ts';
import { dcSources } from './dc-sources.ts';
import { discoverControls } from './discovered-controls.ts';
import { readModelChain, type ModelBlock } from './model-chain.ts';
import { findModelTable } from './models.ts';
import { placePoints } from './placed-point.ts';
import {
  batteryQuantities,
  derPortsQuantities,
  derQuantities,
  derStorageQuantities,
  inverterQuantities,
  meterDirections,
  meterQuantities,
  nameplateQuantities,
  storageQuantities,
  type PointQuantity,
} from './point-quantities.ts';
import { composeSources, fieldFor, type QuantitySource } from './quantity-source.ts';
import { readPoints, type ReadPoint } from './read-points.ts';

const commonIds = [1];
const derInverterIds = [701];
const floatInverterIds = [111, 112, 113];
const integerInverterIds = [101, 102, 103];
const inverterIds = [...derInverterIds, ...floatInverterIds, ...integerInverterIds];
const integerMeterIds = [201, 202, 203, 204];
const floatMeterIds = [211, 212, 213, 214];
const meterIds = [...floatMeterIds, ...integerMeterIds];
const storageIds = [124, 713, 802];

/**
 * Finds what the device offers. Of several inverters, meters or batteries in a chain the first counts; a meter
 * that its common model calls one for production or consumption is not the grid's. Where an inverter has
 * models of several generations, 701 is preferred to floating point, and that to integers with scale factors:
 * see `composeSources`. Errors: as for `readModelChain`; `device_unknown` when no model has a quantity.
 */
export async function discoverSunspec(read: RegisterReader): Promise<RegisterMap> {
  const chain = await readModelChain(read);
  const device = await readDeciding(read, chain);
  const sources = [...meterSources(device), ...inverterSources(device), ...batterySources(device)];
  const { fields, derived } = composeSources(sources);
  if (fields.length === 0) {
    const found = chain.map(({ id }) => id).join(', ');
    throw new GatewayError(
      'device_unknown',
      `the device has SunSpec models ${found}: none that is measured`,
      {
        hint: 'Try another unit number: meters and inverters behind a logger have their own.',
      },
    );
  }
  return { wordOrder: 'big', fields, derived, ...identityOf(chain), controls: controlsOf(device) };
}

/** The chain, and the values that decide what its points mean. */
interface Device {
  readonly chain: readonly ModelBlock[];
  readonly values: ReadonlyMap<ModelBlock, readonly ReadPoint[]>;
  readonly inverter: ModelBlock | undefined;
}

const controlIds = [120, 123, 124, 160, 704, 714];

async function readDeciding(read: RegisterReader, chain: readonly ModelBlock[]): Promise<Device> {
  const inverter = find(chain, inverterIds);
  const meters = chain.filter(({ id }) => meterIds.includes(id));
  const commons = [inverter, ...meters].map((block) => block && find(chain, commonIds, block.part));
  const controls = controlIds.map((id) => find(chain, [id], inverter?.part));
  const values = new Map<ModelBlock, readonly ReadPoint[]>();
  for (const block of new Set([...commons, ...controls])) {
    const table = block && findModelTable(block.id);
    if (block !== undefined && table !== undefined) values.set(block, await readPoints(read, block, table));
  }
  return { chain, values, inverter };
}

/** The first block of these models; of one part of the device when that is given. */
function find(chain: readonly ModelBlock[], ids: readonly number[], part?: number): ModelBlock | undefined {
  return chain.find((block) => ids.includes(block.id) && (part === undefined || block.part === part));
}

function valuesOf({ chain, values }: Device, ids: readonly number[], part?: number): readonly ReadPoint[] {
  const block = find(chain, ids, part);
  return (block && values.get(block)) ?? [];
}

function textOf(device: Device, part: number, point: string): string {
  const value = valuesOf(device, commonIds, part).find((each) => each.point.name === point)?.value;
  return typeof value === 'string' ? value : '';
}

/** A block's points as quantities; those that the block does not reach are left out. */
function pointSources(
  block: ModelBlock | undefined,
  quantities: readonly PointQuantity[],
): readonly QuantitySource[] {
  const table = block && findModelTable(block.id);
  if (block === undefined || table === undefined) return [];
  const points = new Map(placePoints(block, table).map((point) => [point.name, point]));
  return quantities.flatMap(({ point: name, quantity, scale }) => {
    const point = points.get(name);
    const field = point && fieldFor(quantity, point, scale);
    return field === undefined ? [] : [{ quantity, fields: [field] }];
  });
}

const elsewhere = /production|consumption/i;

function meterSources(device: Device): readonly QuantitySource[] {
  const meters = device.chain.filter(({ id }) => meterIds.includes(id));
  const meter = meters.find(({ part }) => !elsewhere.test(textOf(device, part, 'Opt')));
  if (meter === undefined) return [];
  const isFloat = floatMeterIds.includes(meter.id);
  const direction = isExportPositive(textOf(device, meter.part, 'Mn')) ? -1 : 1;
  return pointSources(
    meter,
    meterQuantities.map((row) => {
      if (meterDirections.has(row.quantity)) return { ...row, scale: direction };
      return isFloat && row.quantity === 'grid_power_factor' ? { ...row, scale: 1 } : row;
    }),
  );
}

/** SunSpec's meters count power from the grid as positive. SolarEdge's do the opposite. */
function isExportPositive(maker: string): boolean {
  return /^solaredge/i.test(maker);
}

function inverterSources(device: Device): readonly QuantitySource[] {
  const { chain, inverter } = device;
  const inputs = dcInputsOf(device);
  const sources = [
    ...pointSources(find(chain, derInverterIds, inverter?.part), derQuantities),
    ...pointSources(find(chain, floatInverterIds, inverter?.part), inverterQuantities),
    ...pointSources(find(chain, integerInverterIds, inverter?.part), inverterQuantities),
    ...pointSources(find(chain, [714], inverter?.part), derPortsQuantities),
  ];
  const isAllPanels =
    inverter !== undefined && !hasStorage(device) && inputs.every(({ kind }) => kind === 'pv');
  const dcPower = sources.filter(({ quantity }) => isAllPanels && quantity === 'inverter_dc_power_w');
  const panelPower = dcPower.map(({ fields }) => ({ quantity: 'pv_power_w', fields }) as const);
  return [...sources, ...dcSources(inputs), ...panelPower];
}

function dcInputsOf(device: Device): readonly DcInput[] {
  const part = device.inverter?.part;
  const context = { maker: textOf(device, part ?? 0, 'Mn'), hasStorage: hasStorage(device) };
  const ports = findDcInputs(valuesOf(device, [714], part), context);
  return ports.length > 0 ? ports : findDcInputs(valuesOf(device, [160], part), context);
}

function hasStorage(device: Device): boolean {
  const nameplate = valuesOf(device, [120], device.inverter?.part).find(
    ({ point }) => point.name === 'DERTyp',
  );
  return find(device.chain, storageIds) !== undefined || nameplate?.value === 'PV_STOR';
}

function batterySources({ chain }: Device): readonly QuantitySource[] {
  return [
    ...pointSources(find(chain, [802]), batteryQuantities),
    ...pointSources(find(chain, [124]), storageQuantities),
    ...pointSources(find(chain, [713]), derStorageQuantities),
    ...pointSources(find(chain, [120]), nameplateQuantities),
  ];
}

function controlsOf(device: Device): readonly ControlDefinition[] {
  const part = device.inverter?.part;
  return discoverControls({
    maker: textOf(device, part ?? 0, 'Mn'),
    nameplate: valuesOf(device, [120], part),
    immediateControls: valuesOf(device, [123], part),
    storage: valuesOf(device, [124], part),
    derControls: valuesOf(device, [704], part),
  });
}

/** Where the first common model, the device's own, has its texts. */
function identityOf(chain: readonly ModelBlock[]): Pick<RegisterMap, 'serialNumber' | 'model' | 'firmware'> {
  const common = find(chain, commonIds);
  const table = common && findModelTable(common.id);
  if (common === undefined || table === undefined) return {};
  const text = (name: string): TextField | undefined => {
    const point = placePoints(common, table).find((each) => each.name === name);
    return point && { table: 'holding', address: point.address, count: point.definition.words ?? 0 };
  };
  const [serialNumber, model, firmware] = [text('SN'), text('Md'), text('Vr')];
  return {
    ...(serialNumber && { serialNumber }),
    ...(model && { model }),
    ...(firmware && { firmware }),
  };
}
