import { Type } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';

/** The configuration of control from the cloud, in force. */
export interface CloudSettings {
  /** Ed25519, base64url. */
  readonly rootKey: string;
  /** Off whatever is said at the gateway. */
  readonly isOff: boolean;
  /** Absent: the earlier gateway's topics are not listened to. */
  readonly srcful?: TopicSettings;
}

/** Where the earlier gateway's topics are, always over verified TLS. */
export interface TopicSettings {
  readonly host: string;
  readonly port: number;
  readonly trustedKey: string;
  readonly clientId?: string;
  readonly user?: string;
  readonly password?: string;
  readonly authority?: string;
  readonly serverName?: string;
}

const srcful = Type.Object(
  {
    host: Type.String({ description: 'Name or address of the MQTT broker.', minLength: 1, maxLength: 253 }),
    port: Type.Integer({ description: 'Its port.', default: 8883, minimum: 1, maximum: 65_535 }),
    trustedKey: Type.String({
      description: 'Public key (P-256: X and Y, 128 hex digits) under which the backend signs.',
      pattern: '^[0-9a-fA-F]{128}$',
    }),
    clientId: Type.Optional(
      Type.String({
        description: 'Our name at the broker, which nobody else may have there.',
        minLength: 1,
        maxLength: 64,
      }),
    ),
    user: Type.Optional(
      Type.String({ description: 'The user, where the broker asks for one.', maxLength: 200 }),
    ),
    password: Type.Optional(Type.String({ description: 'The user’s password.', maxLength: 2_000 })),
    authority: Type.Optional(
      Type.String({
        description: 'PEM of the authority that signs the broker’s certificate, in place of the system’s.',
        maxLength: 100_000,
      }),
    ),
    serverName: Type.Optional(
      Type.String({
        description: 'The name that the certificate must be for, where it is not the host’s.',
        maxLength: 253,
      }),
    ),
  },
  {
    description:
      'Listens to the earlier gateway’s topics for control, always over TLS with a valid certificate. Its signatures do not cover what they order: see docs/security.md.',
    required: ['host', 'trustedKey'],
    additionalProperties: false,
  },
);

export const cloudSection: ConfigSection = {
  key: 'cloud',
  schema: Type.Object(
    {
      rootKey: Type.String({
        description: 'Public key (Ed25519, base64url) that says who may speak for the cloud.',
        pattern: '^[A-Za-z0-9_-]{43}$',
      }),
      control: Type.Unsafe<'on' | 'off'>({
        type: 'string',
        enum: ['on', 'off'],
        description: 'off: nobody in the cloud may give commands. on: as egw cloud on and off say.',
        default: 'on',
      }),
      srcful,
    },
    {
      description: 'Who in the cloud may acknowledge telemetry and give commands.',
      required: ['rootKey'],
      additionalProperties: false,
    },
  ),
};

/** Of a section that has passed the schema; undefined when there is none. */
export function cloudSettings(section: unknown): CloudSettings | undefined {
  if (section === undefined) return undefined;
  const {
    rootKey,
    control,
    srcful: topics,
  } = section as {
    readonly rootKey: string;
    readonly control: 'on' | 'off';
    readonly srcful?: TopicSettings;
  };
  return { rootKey, isOff: control === 'off', ...(topics && { srcful: topics }) };
}
