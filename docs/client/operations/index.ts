// Made by scripts/make-client.mjs from what the commands declare.
import type { GatewayOperations } from './gateway.ts';
import type { DeviceOperations } from './device.ts';
import type { DeviceChangesOperations } from './device-changes.ts';
import type { DriverOperations } from './driver.ts';
import type { ReadingOperations } from './reading.ts';
import type { EnergyOperations } from './energy.ts';
import type { CostOperations } from './cost.ts';
import type { SourceOperations } from './source.ts';
import type { SourceChangesOperations } from './source-changes.ts';
import type { HistoryChangesOperations } from './history-changes.ts';
import type { TsmChangesOperations } from './tsm-changes.ts';
import type { BoilerOperations } from './boiler.ts';
import type { BoilerChangesOperations } from './boiler-changes.ts';
import type { AlertOperations } from './alert.ts';
import type { AlertChangesOperations } from './alert-changes.ts';
import type { NotifyOperations } from './notify.ts';
import type { NotifyChangesOperations } from './notify-changes.ts';
import type { DiscordOperations } from './discord.ts';
import type { ServerOperations } from './server.ts';
import type { ServerChangesOperations } from './server-changes.ts';
import type { GridOperations } from './grid.ts';
import type { TempoOperations } from './tempo.ts';
import type { TempoChangesOperations } from './tempo-changes.ts';
import type { MemberOperations } from './member.ts';
import type { MemberChangesOperations } from './member-changes.ts';
import type { DerogationOperations } from './derogation.ts';
import type { DerogationChangesOperations } from './derogation-changes.ts';
import type { StatsOperations } from './stats.ts';
import type { StatementOperations } from './statement.ts';
import type { StatementChangesOperations } from './statement-changes.ts';
import type { JobChangesOperations } from './job-changes.ts';
import type { JobChangesMoreOperations } from './job-changes-more.ts';
import type { JobOperations } from './job.ts';
import type { JobMoreOperations } from './job-more.ts';
import type { SinkOperations } from './sink.ts';
import type { SinkChangesOperations } from './sink-changes.ts';
import type { UplinkOperations } from './uplink.ts';
import type { UplinkChangesOperations } from './uplink-changes.ts';
import type { TelemetryOperations } from './telemetry.ts';
import type { MetricsOperations } from './metrics.ts';
import type { RegisterOperations } from './register.ts';
import type { RegisterChangesOperations } from './register-changes.ts';
import type { LegacyOperations } from './legacy.ts';
import type { TaskOperations } from './task.ts';
import type { LaneOperations } from './lane.ts';
import type { ConfigOperations } from './config.ts';
import type { ConfigChangesOperations } from './config-changes.ts';
import type { StorageOperations } from './storage.ts';
import type { StorageChangesOperations } from './storage-changes.ts';
import type { ClockOperations } from './clock.ts';
import type { ClockChangesOperations } from './clock-changes.ts';
import type { SystemOperations } from './system.ts';
import type { NetworkOperations } from './network.ts';
import type { SystemChangesOperations } from './system-changes.ts';
import type { GatewayChangesOperations } from './gateway-changes.ts';
import type { LoggerOperations } from './logger.ts';
import type { LoggerChangesOperations } from './logger-changes.ts';
import type { NotificationOperations } from './notification.ts';
import type { NotificationChangesOperations } from './notification-changes.ts';
import type { WifiOperations } from './wifi.ts';
import type { WifiChangesOperations } from './wifi-changes.ts';
import type { ProvisionOperations } from './provision.ts';
import type { ProvisionChangesOperations } from './provision-changes.ts';
import type { AuditOperations } from './audit.ts';
import type { IdentityOperations } from './identity.ts';
import type { IdentityChangesOperations } from './identity-changes.ts';
import type { TokenChangesOperations } from './token-changes.ts';
import type { TokenOperations } from './token.ts';
import type { PairingChangesOperations } from './pairing-changes.ts';
import type { PairingOperations } from './pairing.ts';
import type { CloudOperations } from './cloud.ts';
import type { CloudChangesOperations } from './cloud-changes.ts';
import type { SrcfulChangesOperations } from './srcful-changes.ts';
import type { SrcfulOperations } from './srcful.ts';
import type { KeyChangesOperations } from './key-changes.ts';
import type { KeyOperations } from './key.ts';
import type { AuthOperations } from './auth.ts';
import type { SecurityOperations } from './security.ts';
import type { TlsOperations } from './tls.ts';

/** All operations, by id: what each takes and answers. */
export interface Operations
  extends
    GatewayOperations,
    DeviceOperations,
    DeviceChangesOperations,
    DriverOperations,
    ReadingOperations,
    EnergyOperations,
    CostOperations,
    SourceOperations,
    SourceChangesOperations,
    HistoryChangesOperations,
    TsmChangesOperations,
    BoilerOperations,
    BoilerChangesOperations,
    AlertOperations,
    AlertChangesOperations,
    NotifyOperations,
    NotifyChangesOperations,
    DiscordOperations,
    ServerOperations,
    ServerChangesOperations,
    GridOperations,
    TempoOperations,
    TempoChangesOperations,
    MemberOperations,
    MemberChangesOperations,
    DerogationOperations,
    DerogationChangesOperations,
    StatsOperations,
    StatementOperations,
    StatementChangesOperations,
    JobChangesOperations,
    JobChangesMoreOperations,
    JobOperations,
    JobMoreOperations,
    SinkOperations,
    SinkChangesOperations,
    UplinkOperations,
    UplinkChangesOperations,
    TelemetryOperations,
    MetricsOperations,
    RegisterOperations,
    RegisterChangesOperations,
    LegacyOperations,
    TaskOperations,
    LaneOperations,
    ConfigOperations,
    ConfigChangesOperations,
    StorageOperations,
    StorageChangesOperations,
    ClockOperations,
    ClockChangesOperations,
    SystemOperations,
    NetworkOperations,
    SystemChangesOperations,
    GatewayChangesOperations,
    LoggerOperations,
    LoggerChangesOperations,
    NotificationOperations,
    NotificationChangesOperations,
    WifiOperations,
    WifiChangesOperations,
    ProvisionOperations,
    ProvisionChangesOperations,
    AuditOperations,
    IdentityOperations,
    IdentityChangesOperations,
    TokenChangesOperations,
    TokenOperations,
    PairingChangesOperations,
    PairingOperations,
    CloudOperations,
    CloudChangesOperations,
    SrcfulChangesOperations,
    SrcfulOperations,
    KeyChangesOperations,
    KeyOperations,
    AuthOperations,
    SecurityOperations,
    TlsOperations {}
