import { canonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import type { SlashCommand } from './slash-command.ts';

/** Fields of commands, options and choices that we set. Discord adds ids, versions, and fields at their defaults. */
const ourFields = new Set([
  ...['type', 'name', 'name_localizations', 'description', 'description_localizations', 'contexts'],
  ...['options', 'choices', 'value', 'required', 'max_length', 'min_value'],
]);

/** Whether the commands that Discord has are those that we want, in whatever order. */
export function isSameCommands(known: unknown, wanted: readonly SlashCommand[]): boolean {
  return Array.isArray(known) && textOf(known) === textOf(wanted);
}

function textOf(commands: readonly unknown[]): string {
  return commands
    .map((command) => canonicalJson(ownPart(command) as JsonValue))
    .toSorted()
    .join('\n');
}

function ownPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ownPart);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, field]: [string, unknown]) => {
    if (key === 'fr') return [[key, field] as const];
    return ourFields.has(key) && !isDefault(field) ? [[key, ownPart(field)] as const] : [];
  });
  return Object.fromEntries(entries);
}

function isDefault(field: unknown): boolean {
  return (
    field === null || field === undefined || field === false || (Array.isArray(field) && field.length === 0)
  );
}
