import { batteryModel, derPortsModel, derStorageModel } from './battery-models.ts';
import { commonModel } from './common-model.ts';
import { immediateControlsModel, storageModel } from './control-models.ts';
import { derMeasurementModel } from './der-measurement-model.ts';
import { derCapacityModel, derControlsModel, enterServiceModel } from './der-models.ts';
import { inverterFloatModel, inverterModel, multipleMpptModel } from './inverter-models.ts';
import { meterFloatModel } from './meter-float-model.ts';
import { meterModel } from './meter-model.ts';
import type { ModelTable } from './model-table.ts';
import { basicSettingsModel, measurementsStatusModel, nameplateModel } from './nameplate-models.ts';

/** The models that are understood, after the definitions of github.com/sunspec/models. */
export const modelTables: readonly ModelTable[] = [
  commonModel,
  inverterModel,
  inverterFloatModel,
  nameplateModel,
  basicSettingsModel,
  measurementsStatusModel,
  immediateControlsModel,
  storageModel,
  multipleMpptModel,
  meterModel,
  meterFloatModel,
  derMeasurementModel,
  derCapacityModel,
  enterServiceModel,
  derControlsModel,
  derStorageModel,
  derPortsModel,
  batteryModel,
];

const tableOf = new Map(modelTables.flatMap((table) => table.ids.map((id) => [id, table] as const)));

/** The model's table; undefined for models that are not understood. */
export function findModelTable(id: number): ModelTable | undefined {
  return tableOf.get(id);
}
