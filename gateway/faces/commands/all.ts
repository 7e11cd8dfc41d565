import { accessCommands } from '../../features/access/access-commands.ts';
import { keyCommands } from '../../features/access/key-commands.ts';
import { securityCommands } from '../../features/access/security-commands.ts';
import { tlsCommands } from '../../features/access/tls-commands.ts';
import { alertCommands } from '../../features/alerts/alert-commands.ts';
import { notifyCommands } from '../../features/alerts/notify-commands.ts';
import { ancestorCommands } from '../../features/cloud-control/ancestor-commands.ts';
import { cloudCommands } from '../../features/cloud-control/cloud-commands.ts';
import type { CommandDeclaration } from '../../features/command.ts';
import { boilerCommands } from '../../features/boiler/boiler-commands.ts';
import { controlCommands } from '../../features/control/control-commands.ts';
import { discordCommands } from '../../features/discord/discord-commands.ts';
import { discoveryCommands } from '../../features/discovery/discovery-commands.ts';
import { deviceReadCommands } from '../../features/harvest/device-read-commands.ts';
import { costCommands } from '../../features/energy/cost-commands.ts';
import { energyCommands } from '../../features/energy/energy-commands.ts';
import { gridCommands } from '../../features/grid/grid-commands.ts';
import { costSharingCommands } from '../../features/members/cost-sharing-commands.ts';
import { derogationCommands } from '../../features/members/derogation-commands.ts';
import { memberCommands } from '../../features/members/member-commands.ts';
import { priceCommands } from '../../features/grid/price-commands.ts';
import { tempoCommands } from '../../features/grid/tempo-commands.ts';
import { harvestCommands } from '../../features/harvest/harvest-commands.ts';
import { identityCommands } from '../../features/identity/identity-commands.ts';
import { importCommands } from '../../features/imports/import-commands.ts';
import { tsmCommands } from '../../features/imports/tsm-commands.ts';
import { jobCommands } from '../../features/jobs/job-commands.ts';
import { jobViewCommands } from '../../features/jobs/job-view-commands.ts';
import { spoolCommands } from '../../features/jobs/spool-commands.ts';
import { configCommands } from '../../features/lifecycle/config-commands.ts';
import { engineCommands } from '../../features/lifecycle/engine-commands.ts';
import { gatewayCommands } from '../../features/lifecycle/gateway-commands.ts';
import { owningCommands } from '../../features/provisioning/owning-commands.ts';
import { provisionCommands } from '../../features/provisioning/provision-commands.ts';
import { wifiCommands } from '../../features/provisioning/wifi-commands.ts';
import { publishCommands } from '../../features/publish/publish-commands.ts';
import { metricsCommands } from '../../features/publish-metrics/metrics-commands.ts';
import { rawCommands } from '../../features/raw-access/raw-commands.ts';
import { recordCommands } from '../../features/lifecycle/record-commands.ts';
import { meterCommands } from '../../features/server/meter-commands.ts';
import { switchingCommands } from '../../features/server/switching-commands.ts';
import { sourceCommands } from '../../features/sources/source-commands.ts';
import { clockCommands } from '../../features/timekeeping/clock-commands.ts';
import { telemetryCommands } from '../../features/telemetry/telemetry-commands.ts';
import { uplinkCommands } from '../../features/telemetry/uplink-commands.ts';
import { checkCommands } from '../../features/storage-care/check-commands.ts';
import { storageCommands } from '../../features/storage-care/storage-commands.ts';
import { hostCommands } from '../../features/system/host-commands.ts';
import { upkeepCommands } from '../../features/storage-care/upkeep-commands.ts';

/** Every command that the gateway declares, for faces that are not in its process, in the order of the help. */
export const allCommands: readonly CommandDeclaration[] = [
  ...gatewayCommands,
  ...harvestCommands,
  ...energyCommands,
  ...costCommands,
  ...deviceReadCommands,
  ...sourceCommands,
  ...importCommands,
  ...tsmCommands,
  ...boilerCommands,
  ...alertCommands,
  ...notifyCommands,
  ...discordCommands,
  ...meterCommands,
  ...switchingCommands,
  ...gridCommands,
  ...tempoCommands,
  ...priceCommands,
  ...memberCommands,
  ...derogationCommands,
  ...costSharingCommands,
  ...jobCommands,
  ...jobViewCommands,
  ...spoolCommands,
  ...publishCommands,
  ...uplinkCommands,
  ...telemetryCommands,
  ...metricsCommands,
  ...discoveryCommands,
  ...rawCommands,
  ...controlCommands,
  ...engineCommands,
  ...configCommands,
  ...storageCommands,
  ...upkeepCommands,
  ...checkCommands,
  ...clockCommands,
  ...hostCommands,
  ...wifiCommands,
  ...provisionCommands,
  ...owningCommands,
  ...recordCommands,
  ...identityCommands,
  ...accessCommands,
  ...cloudCommands,
  ...ancestorCommands,
  ...keyCommands,
  ...securityCommands,
  ...tlsCommands,
];
