import type { CliForm, CommandDeclaration } from '../../features/command.ts';
import { jsonSchemaOf, typesOf, type JsonSchema } from '../commands/json-schema.ts';
import { formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts, renderTable, type Column } from './table.ts';

type Row = Readonly<Record<string, unknown>>;

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
  const isList = (property: JsonSchema): boolean => typesOf(property.items ?? {}).includes('object');
  const facts = properties
    .filter(([, property]) => !isList(property) && property.properties === undefined)
    .map(([name, property]) => [titleOf(name), formatValue(row[name], property)] as const);
  const parts = properties.flatMap(([name, property]) => {
    if (isList(property)) {
      const rows = row[name] as readonly Row[];
      return rows.length === 0
        ? []
        : [
            section(
              name,
              renderRows({ rows, around: row, schema: property.items ?? {} }, undefined, paint),
              paint,
            ),
          ];
    }
    if (property.properties === undefined || row[name] === null) return [];
    return [section(name, renderObject(row[name] as Row, property, paint), paint)];
  });
  return [...(facts.length === 0 ? [] : [renderFacts(facts, paint)]), ...parts].join('\n');
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
  if (rows.length === 0) return 'none\n';
  const properties = schema.properties ?? {};
  const units = new Set(Object.values(properties).map((property) => property.unitIn));
  const names =
    wanted ??
    Object.keys(properties).filter((name) => !units.has(name) && rows.some((row) => row[name] !== undefined));
  const columns = names.map((name): Column => ({
    title: titleOf(name),
    align: isNumber(properties[name]) ? 'right' : 'left',
  }));
  const cells = rows.map((row) =>
    names.map((name) => {
      const unit = row[properties[name]?.unitIn ?? ''] ?? around[properties[name]?.unitIn ?? ''];
      return formatValue(row[name], properties[name], typeof unit === 'string' ? unit : '');
    }),
  );
  return renderTable(columns, cells, paint);
}

function isNumber(schema: JsonSchema | undefined): boolean {
  if (schema === undefined || schema.meaning === 'epoch_ms') return false;
  return typesOf(schema).some((type) => type === 'number' || type === 'integer');
}

/** `stateSinceMs` is `state since`: the unit stands with the value. */
function titleOf(name: string): string {
  return name
    .replace(/(Ms|Bytes)$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
}

function section(name: string, text: string, paint: Paint): string {
  return `${paint('bold', titleOf(name))}:\n${text.replaceAll(/^(?=.)/gm, '  ')}`;
}
