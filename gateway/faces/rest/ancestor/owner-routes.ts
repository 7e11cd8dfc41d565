import { ok, statusError, type AncestorRoute } from './ancestor-route.ts';
import { flagField, numberField, refuseUnknown, textField } from './field-values.ts';
import { describeSchema } from './self-documentation.ts';

const initialize: AncestorRoute = {
  method: 'POST',
  path: '/api/initialize',
  scope: 'admin',
  summary: 'Say whose gateway it is',
  required: { wallet: 'string - public key of the owner' },
  optional: { dry_run: 'boolean - true: only look whether it could be done' },
  returns: { initialized: 'boolean - true' },
  errorBody: statusError,
  answer: async ({ body, run }) => {
    refuseUnknown(body, ['wallet', 'dry_run']);
    const owner = textField(body, 'wallet');
    if (owner === undefined) return { status: 400, body: statusError('Invalid JSON or missing wallet') };
    if (!flagField(body, 'dry_run')) await run('identity.owner', { owner });
    return ok({ initialized: true });
  },
};

const sign: AncestorRoute = {
  method: 'POST',
  path: '/api/crypto/sign',
  scope: 'admin',
  summary: 'Sign a message, to prove that the gateway is the one of its key',
  optional: { message: 'string - without line ends and without |' },
  returns: {
    message:
      'string - exactly what was signed: its purpose, the message, the time, a random number; line by line',
    sign: 'string - signature in hex',
  },
  errorBody: (message) => ({ status: message }),
  answer: async ({ body, run }) => {
    refuseUnknown(body, ['message', 'timestamp']);
    const message = textField(body, 'message') ?? '';
    if (message.includes('|'))
      return { status: 400, body: { status: 'message cannot contain | characters' } };
    if (body['timestamp'] !== undefined)
      return { status: 400, body: { status: 'the gateway dates itself what it signs: leave timestamp out' } };
    const { signed, signature } = (await run('identity.sign', { message })) as {
      readonly signed: string;
      readonly signature: string;
    };
    return ok({ message: signed, sign: Buffer.from(signature, 'base64url').toString('hex') });
  },
};

/** A token of whatever content would let anybody with a token of ours speak in the name of the gateway. */
const createJwt: AncestorRoute = {
  method: 'POST',
  path: '/api/jwt/create',
  scope: 'admin',
  summary: 'A JSON Web Token that says who the gateway is, and nothing else',
  optional: {
    barn: 'object - must be empty: the gateway signs nothing of others',
    headers: 'object - must be empty as well',
    expires_in: 'number - minutes, 5 unless said, 60 at most',
  },
  returns: {
    jwt: 'string - the token',
    headers: 'object - its header',
    data: 'object - its claims',
    expires_in: 'number - minutes',
  },
  answer: async ({ body, run }) => {
    refuseUnknown(body, ['barn', 'headers', 'expires_in']);
    if (!isEmpty(body['barn']) || !isEmpty(body['headers']))
      return {
        status: 400,
        body: { error: 'the gateway signs nothing of others: leave barn and headers out' },
      };
    const minutes = numberField(body, 'expires_in') ?? 5;
    const { token, header, claims } = (await run('identity.token', { minutes })) as {
      readonly token: string;
      readonly header: unknown;
      readonly claims: unknown;
    };
    return ok({ jwt: token, headers: header, data: claims, expires_in: minutes });
  },
};

const reboot: AncestorRoute = {
  method: 'POST',
  path: '/api/system/reboot',
  scope: 'admin',
  summary: 'Start the machine anew, where the gateway is allowed to',
  returns: { success: 'boolean - true', message: 'string' },
  errorBody: (error) => ({ success: false, error }),
  answerMsMax: 70_000,
  answer: async ({ run }) => {
    await run('system.reboot');
    return ok({ success: true, message: 'System reboot initiated' });
  },
};

const levels: Readonly<Record<string, string>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  WARN: 'warn',
  ERROR: 'error',
  CRITICAL: 'error',
};

const setLevel: AncestorRoute = {
  method: 'POST',
  path: '/api/logger',
  scope: 'admin',
  summary: 'How much a part of the log tells, until the next start',
  required: {
    logger: 'string - its name, as GET answers it',
    level: `string - ${Object.keys(levels).join(', ')}`,
  },
  returns: { level: 'boolean - true; false where there is no such logger, or no such level' },
  errorBody: () => ({ level: false }),
  answer: async ({ body, run }) => {
    const logger = textField(body, 'logger');
    const wanted = textField(body, 'level');
    if (logger === undefined || wanted === undefined)
      return { status: 400, body: { status: 'bad request', schema: describeSchema(setLevel) } };
    const level = levels[wanted.toUpperCase()];
    if (level === undefined) return { status: 400, body: { level: false } };
    await run('logger.set', { logger, level });
    return ok({ level: true });
  },
};

/** What changes who the gateway is, the machine, or the log. */
export const ownerRoutes: readonly AncestorRoute[] = [initialize, sign, createJwt, reboot, setLevel];

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
