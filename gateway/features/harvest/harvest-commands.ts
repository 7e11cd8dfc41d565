import { bindCommand, type BoundCommand } from '../command.ts';
import { bindDeviceCommands, deviceCommands, type DevicePorts } from './device-commands.ts';
import { readingExport, type ExportPorts } from './export-command.ts';
import { bindDriverCommands, driverCommands } from './driver-commands.ts';
import { bindFleetCommands, fleetCommands, type FleetCommandPorts } from './fleet-commands.ts';
import { readingRows, type RecentPorts } from './recent-command.ts';
import { bindReadingCommands, readingCommands, type ReadingPorts } from './reading-commands.ts';

export interface HarvestPorts extends DevicePorts, FleetCommandPorts, ReadingPorts, RecentPorts, ExportPorts {
  /** What each of these asks of the store. */
  readonly store: ReadingPorts['store'] & RecentPorts['store'] & ExportPorts['store'];
}

export const harvestCommands = [
  ...deviceCommands,
  ...fleetCommands,
  ...driverCommands,
  ...readingCommands,
  readingRows,
  readingExport,
] as const;

/** The commands of this feature with what they need. */
export function bindHarvestCommands(ports: HarvestPorts): readonly BoundCommand[] {
  return [
    ...bindDeviceCommands(ports),
    ...bindFleetCommands(ports),
    ...bindDriverCommands(),
    ...bindReadingCommands(ports),
    bindCommand(readingRows, ports),
    bindCommand(readingExport, ports),
  ];
}
