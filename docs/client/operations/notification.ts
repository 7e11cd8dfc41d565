// Made by scripts/make-client.mjs from what the commands declare.
type NotificationListInput = Record<string, never>;

interface NotificationListOutput {
  notifications: {
    id: number;
    /** When it was last so */
    atMs: number;
    type: 'error' | 'warning' | 'info';
    /** What it is about: lane:tcp-192.168.1.20-502, device:meter, storage */
    subject: string;
    message: string;
    /** What to do */
    hint: string | null;
    /** Whether it is so still */
    holds: boolean;
  }[];
}

export interface NotificationOperations {
  /** What was not as it should be, also when it is over: ten messages at most, oldest first. Needs the scope read. */
  'notification.list': { input: NotificationListInput; output: NotificationListOutput };
}
