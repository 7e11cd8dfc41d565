import type { CliForm, CommandDeclaration } from '../../features/command.ts';
import { jsonSchemaOf, typesOf, type JsonSchema } from '../commands/json-schema.ts';
import { formatProperty, isObject, titleOf, unitNames, type Row } from './format-property.ts';
import { nothing } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts, renderTable, type Column } from './table.ts';

/** Any command's answer as its declaration says: a table for a list, else its facts one below the other. */
export function renderAnswer(command: CommandDeclaration, answer: unknown, paint: Paint): string {
  const schema = jsonSchemaOf(command.output);
  if (schema.properties === undefined) return `${JSON.stringify(answer, null, 2)}\n`;
  const { list, columns } = command.cli ?? ({ verb: '' } satisfies CliForm);
  const row = answer as Row;
  if (list === undefined) return renderObject(row, schema, paint);
  return renderRows(
    { rows: row[list] as readonly Row[], around: row, schema: schema.properties[list]?.items ?? {} },
    columns,
    paint,
  );
}

function renderObject(row: Row, schema: JsonSchema, paint: Paint): string {
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => row[name] !== undefined);
  const facts: (readonly [string, string])[] = [];
  const parts: string[] = [];
  for (const [name, property] of properties) {
    const value = row[name];
    if (isSection(value, property))
      parts.push(section(name, renderSection(value, row, property, paint), paint));
    else facts.push([titleOf(name), formatProperty(value, property, [row])]);
  }
  return [...(facts.length === 0 ? [] : [renderFacts(facts, paint)]), ...parts].join('\n');
}

function renderSection(value: unknown, around: Row, schema: JsonSchema, paint: Paint): string {
  if (!Array.isArray(value)) return renderObject(value as Row, schema, paint);
  return renderRows({ rows: value as readonly Row[], around, schema: schema.items ?? {} }, undefined, paint);
}

/** What does not fit on a line of its own. */
function isSection(value: unknown, schema: JsonSchema): boolean {
  return Array.isArray(value)
    ? value.length > 0 && isObject(schema.items)
    : isObject(schema) && value !== null;
}

interface Rows {
  readonly rows: readonly Row[];
  /** The object that holds the list: the unit of its values may stand there. */
  readonly around: Row;
  readonly schema: JsonSchema;
}

function renderRows(
  { rows, around, schema }: Rows,
  wanted: readonly string[] | undefined,
  paint: Paint,
): string {
  if (rows.length === 0) return `${nothing}\n`;
  const properties = schema.properties ?? {};
  const units = unitNames(schema);
  const names =
    wanted ??
    Object.keys(properties).filter((name) => !units.has(name) && rows.some((row) => row[name] !== undefined));
  const columns = names.map((name): Column => ({
    title: titleOf(name),
    align: isNumber(properties[name]) ? 'right' : 'left',
  }));
  const cells = rows.map((row) =>
    names.map((name) => formatProperty(row[name], properties[name], [row, around])),
  );
  return renderTable(columns, cells, paint);
}

function isNumber(schema: JsonSchema | undefined): boolean {
  if (schema === undefined || schema.meaning === 'epoch_ms') return false;
  return typesOf(schema).some((type) => type === 'number' || type === 'integer');
}

function section(name: string, text: string, paint: Paint): string {
  return `${paint('bold', titleOf(name))}:\n${text.replaceAll(/^(?=.)/gm, '  ')}`;
}
