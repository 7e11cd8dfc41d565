import { statSync, type Stats } from 'node:fs';
import { GatewayError } from '../../core/errors.ts';

/** What is at a path that was given. Errors: `not_found` with the hint, `forbidden`. */
export function pathKind(path: string, hint: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EACCES') throw new GatewayError('forbidden', `${path} may not be read`, { cause });
    throw new GatewayError('not_found', `there is no ${path}`, { hint, cause });
  }
}
