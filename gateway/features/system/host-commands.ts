import type { BoundCommand, CommandDeclaration } from '../command.ts';
import { bindLoggerCommands, loggerCommands, type LoggerPorts } from './logger-commands.ts';
import {
  bindNotificationCommands,
  notificationCommands,
  type NotificationPorts,
} from './notification-commands.ts';
import { bindSystemCommands, systemCommands, type SystemPorts } from './system-commands.ts';

/** Everything about the machine, its log, and what people should know of both. */
export const hostCommands: readonly CommandDeclaration[] = [
  ...systemCommands,
  ...loggerCommands,
  ...notificationCommands,
];

export function bindHostCommands(
  ports: SystemPorts & LoggerPorts & NotificationPorts,
): readonly BoundCommand[] {
  return [...bindSystemCommands(ports), ...bindLoggerCommands(ports), ...bindNotificationCommands(ports)];
}
