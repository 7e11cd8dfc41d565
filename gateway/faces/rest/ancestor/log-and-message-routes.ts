import { errorCodeOf } from '../../../core/errors.ts';
import { ok, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';

export interface Message {
  readonly message: string;
  readonly type: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly id: number;
}

const levelNames: Readonly<Record<string, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
};

/** Messages for people, oldest first. Needs the scope `read`. */
export async function readMessages(request: AncestorRequest): Promise<readonly Message[]> {
  const { notifications } = (await request.run('notification.list')) as {
    readonly notifications: readonly {
      readonly id: number;
      readonly type: string;
      readonly message: string;
      readonly atMs: number;
    }[];
  };
  return notifications.map(({ id, type, message, atMs }) => ({
    message,
    type,
    timestamp: Math.floor(atMs / 1_000),
    id,
  }));
}

const listLoggers: AncestorRoute = {
  method: 'GET',
  path: '/api/logger',
  scope: 'read',
  summary: 'The parts of the log and their levels',
  returns: { '<logger>': 'string - INFO, or INFO (inherited)' },
  answer: async (request) => {
    const { loggers } = (await request.run('logger.list')) as {
      readonly loggers: readonly {
        readonly name: string;
        readonly level: string;
        readonly isInherited: boolean;
      }[];
    };
    const line = ({ name, level, isInherited }: (typeof loggers)[number]): [string, string] => [
      name,
      `${levelNames[level] ?? level}${isInherited ? ' (inherited)' : ''}`,
    ];
    return ok(Object.fromEntries(loggers.map(line)));
  },
};

const listMessages: AncestorRoute = {
  method: 'GET',
  path: '/api/notification',
  scope: 'read',
  summary: 'The messages for people',
  returns: { ids: 'array - their numbers' },
  answer: async (request) => ok({ ids: (await readMessages(request)).map(({ id }) => id) }),
};

const showMessage: AncestorRoute = {
  method: 'GET',
  path: '/api/notification/:id',
  scope: 'read',
  summary: 'One message for people',
  returns: {
    message: 'string - its text',
    type: 'string - error, warning or info',
    timestamp: 'number - seconds since 1970',
    id: 'number - its number',
  },
  errorBody: (message) => ({ message }),
  answer: async (request) => {
    const id = idOf(request);
    if (id === undefined) return { status: 400, body: { message: 'the id must be a number' } };
    const message = (await readMessages(request)).find((each) => each.id === id);
    return message === undefined
      ? { status: 404, body: { message: `message ${id} not found` } }
      : ok(message);
  },
};

const removeMessage: AncestorRoute = {
  method: 'DELETE',
  path: '/api/notification/:id',
  scope: 'admin',
  summary: 'Remove a message that was read',
  returns: { id: 'string - its number' },
  // Whether it is not there or is no number: the answer is the same, with another status.
  answer: async (request) => {
    const { id: text = '' } = request.params;
    const id = idOf(request);
    if (id === undefined) return { status: 400, body: { id: text } };
    const removed = await removeOrMiss(request, id);
    return { status: removed ? 200 : 404, body: { id: text } };
  },
};

export const logAndMessageRoutes: readonly AncestorRoute[] = [
  listLoggers,
  listMessages,
  showMessage,
  removeMessage,
];

function idOf({ params }: AncestorRequest): number | undefined {
  const { id = '' } = params;
  return /^\d{1,9}$/.test(id) ? Number(id) : undefined;
}

async function removeOrMiss(request: AncestorRequest, id: number): Promise<boolean> {
  try {
    await request.run('notification.remove', { id });
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'not_found') return false;
    throw error;
  }
}
