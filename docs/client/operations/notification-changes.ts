// Made by scripts/make-client.mjs from what the commands declare.
interface NotificationRemoveInput {
  /** As in the list */
  id: number;
}

interface NotificationRemoveOutput {
  removed: number;
}

export interface NotificationChangesOperations {
  /** Remove a message that was read; it comes back only when the matter was over and returns. Needs the scope admin. */
  'notification.remove': { input: NotificationRemoveInput; output: NotificationRemoveOutput };
}
