import { Type } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';

/** The configuration of control from the cloud, in force. */
export interface CloudSettings {
  /** Ed25519, base64url. */
  readonly rootKey: string;
  /** Off whatever is said at the gateway. */
  readonly isOff: boolean;
}

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
  const { rootKey, control } = section as { readonly rootKey: string; readonly control: 'on' | 'off' };
  return { rootKey, isOff: control === 'off' };
}
