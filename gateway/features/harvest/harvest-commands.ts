import { bindCommand, type BoundCommand } from '../command.ts';
import { bindDeviceCommands, deviceCommands, type DevicePorts } from './device-commands.ts';
import { readingExport, type ExportPorts } from './export-command.ts';
import { bindFleetCommands, fleetCommands, type FleetCommandPorts } from './fleet-commands.ts';
import { bindReadingCommands, readingCommands, type ReadingPorts } from './reading-commands.ts';

export interface HarvestPorts extends DevicePorts, FleetCommandPorts, ReadingPorts, ExportPorts {}

export const harvestCommands = [
  ...deviceCommands,
  ...fleetCommands,
  ...readingCommands,
  readingExport,
] as const;

/** The commands of this feature with what they need. */
export function bindHarvestCommands(ports: HarvestPorts): readonly BoundCommand[] {
  return [
    ...bindDeviceCommands(ports),
    ...bindFleetCommands(ports),
    ...bindReadingCommands(ports),
    bindCommand(readingExport, ports),
  ];
}
