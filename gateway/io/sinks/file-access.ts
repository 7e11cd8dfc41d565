import { createHash } from 'node:crypto';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { OptionField } from '../../core/option-field.ts';

/** Who besides the gateway may read the files of a sink. */
export const readableBy = {
  type: 'choice',
  description: 'Who may read the files: owner, group or everyone.',
  values: ['owner', 'group', 'everyone'],
  default: 'owner',
} as const satisfies OptionField;

/** Of a name: room is left for a date, a part and an ending. */
const nameLengthMax = 180;

/** Modes of files and folders, octal. */
export function modesFor(who: string): { readonly file: number; readonly folder: number } {
  if (who === 'everyone') return { file: 0o644, folder: 0o755 };
  return who === 'group' ? { file: 0o640, folder: 0o750 } : { file: 0o600, folder: 0o700 };
}

/** A name that no file system takes amiss, and no two ids have: what is not plain is written as %XX. */
export function plainFileName(id: string): string {
  const bytes = Buffer.from(id.toWellFormed());
  const name = Array.from(bytes, (byte, index) => {
    const character = String.fromCharCode(byte);
    const isPlain = index === 0 ? /[A-Za-z0-9_]/.test(character) : /[A-Za-z0-9._-]/.test(character);
    return isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
  if (name.length <= nameLengthMax) return name;
  return `${name.slice(0, nameLengthMax - 17)}~${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}

/** What the file system says, as a sink says it: `disk_full`, `sink_refused`, `sink_unavailable`. */
export function fileFailure(error: unknown, path: string, option: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = String((error as { readonly code?: unknown }).code);
  const detail = { cause: error, facts: { errno: code } };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new GatewayError('disk_full', `there is no room for ${path}`, {
      ...detail,
      hint: `make room, or choose another ${option}`,
    });
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code))
    return new GatewayError('sink_refused', `${path} cannot be written: ${describeError(error)}`, {
      ...detail,
      hint: `check ${option}, and that the gateway may write there`,
    });
  return new GatewayError('sink_unavailable', `${path} cannot be written now: ${describeError(error)}`, {
    ...detail,
    hint: 'it is tried again by itself; if it lasts, check the disk',
  });
}
