import { Type } from 'typebox';
import { GatewayError } from '../../core/errors.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import type { Notifications } from './notifications.ts';

export interface NotificationPorts {
  readonly notifications: Pick<Notifications, 'list' | 'remove'>;
}

const notification = closed({
  id: Type.Integer(),
  atMs: instant({ description: 'When it was last so' }),
  type: oneOf(['error', 'warning', 'info']),
  subject: Type.String({ description: 'What it is about: lane:tcp-192.168.1.20-502, device:meter, storage' }),
  message: Type.String(),
  hint: nullable(Type.String({ description: 'What to do' })),
  holds: Type.Boolean({ description: 'Whether it is so still' }),
});

const notificationList = defineCommand({
  id: 'notification.list',
  summary: 'What was not as it should be, also when it is over: ten messages at most, oldest first',
  scope: 'read',
  input: closed({}),
  output: closed({ notifications: Type.Array(notification) }),
  http: { method: 'GET', path: '/api/v1/notifications' },
  cli: { verb: 'notification list', list: 'notifications' },
  run: ({ notifications }: NotificationPorts) => ({
    notifications: notifications.list().map((each) => ({ ...each })),
  }),
});

const notificationRemove = defineCommand({
  id: 'notification.remove',
  summary: 'Remove a message that was read; it comes back only when the matter was over and returns',
  scope: 'admin',
  input: closed({ id: Type.Integer({ minimum: 0, description: 'As in the list' }) }),
  output: closed({ removed: Type.Integer() }),
  http: { method: 'DELETE', path: '/api/v1/notifications/:id' },
  cli: { verb: 'notification remove', positionals: ['id'] },
  run: ({ notifications }: NotificationPorts, { id }) => {
    if (notifications.remove(id)) return { removed: id };
    throw new GatewayError('not_found', `there is no message ${id}`, {
      hint: 'see them with: egw notification list',
    });
  },
});

export const notificationCommands = [notificationList, notificationRemove] as const;

/** The commands about messages for people with what they need. */
export function bindNotificationCommands(ports: NotificationPorts): readonly BoundCommand[] {
  return [bindCommand(notificationList, ports), bindCommand(notificationRemove, ports)];
}
