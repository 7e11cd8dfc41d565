import { GatewayError } from '../core/errors.ts';
import { formatPath, settingPath } from './path.ts';
import type { ConfigPath } from './path.ts';

/** Where a value comes from; the first of these that gives it wins. */
export type Origin =
  | { readonly kind: 'command_line'; readonly option: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | {
      readonly kind: 'environment_file';
      readonly variable: string;
      readonly file: string;
      readonly line: number;
    }
  | { readonly kind: 'file'; readonly file: string; readonly line: number | undefined }
  | { readonly kind: 'stored' }
  | { readonly kind: 'default' };

/** Where every value of a configuration comes from. */
export interface ConfigSources {
  originOf(path: ConfigPath): Origin;
}

/** For people: `/etc/egw.yaml line 4`, `EGW_PORT`, `EGW_PORT in /etc/.env line 2`, `--port`, `stored setting`, `default`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'command_line':
      return `--${origin.option}`;
    case 'environment':
      return origin.variable;
    case 'environment_file':
      return `${origin.variable} in ${origin.file} line ${origin.line}`;
    case 'file':
      return origin.line === undefined ? origin.file : `${origin.file} line ${origin.line}`;
    case 'stored':
      return 'stored setting';
    case 'default':
      return 'default';
  }
}

/** Whether a face must not change the setting, because the file, the environment or the command line gives it. */
export function isPinned(sources: ConfigSources, setting: string): boolean {
  const { kind } = sources.originOf(settingPath(setting));
  return kind !== 'stored' && kind !== 'default';
}

/** Errors: `config_pinned`, which names where. */
export function assertNotPinned(sources: ConfigSources, setting: string): void {
  if (!isPinned(sources, setting)) return;
  const path = settingPath(setting);
  const where = describeOrigin(sources.originOf(path));
  throw new GatewayError('config_pinned', `${formatPath(path)} is set by ${where}`, {
    hint: 'change it there and start again, or remove it there to set it here',
    facts: { setting, where },
  });
}
