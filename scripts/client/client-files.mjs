import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';
import { allCommands } from '../../gateway/faces/commands/all.ts';

/** Longer files are read by nobody. */
const linesMax = 400;
const head = '// Made by scripts/make-client.mjs from what the commands declare.\n';

/** The generated files of the client, by name: what each operation takes and answers, and where it is. */
export async function clientFiles() {
  const config = await resolveConfig(join(import.meta.dirname, 'client-files.mjs'));
  const files = new Map();
  const write = async (name, text) =>
    files.set(name, await format(head + text, { ...config, parser: 'typescript' }));
  const written = [];
  const writeGroup = async (group, commands) => {
    await write(`${group}.ts`, await typesOf(group, commands));
    const isLong = files.get(`${group}.ts`).split('\n').length > linesMax;
    if (!isLong || commands.length === 1) return written.push(group);
    const half = Math.ceil(commands.length / 2);
    await writeGroup(group, commands.slice(0, half));
    await writeGroup(`${group}-more`, commands.slice(half));
  };
  for (const [group, commands] of Map.groupBy(allCommands, groupOf)) await writeGroup(group, commands);
  await write('index.ts', indexOf(written));
  await write('table.ts', tableOf(allCommands));
  return files;
}

/** By subject; what changes something stands apart, or there would be files that nobody reads. */
function groupOf({ id, http }) {
  const [subject] = id.split('.');
  return http.method === 'GET' ? subject : `${subject}-changes`;
}

async function typesOf(group, commands) {
  const texts = [];
  for (const { id, input, output, http } of commands) {
    texts.push(await typeOf(asSent(plain(input)), `${pascal(id)}Input`));
    if (http.streams === undefined) texts.push(await typeOf(plain(output), `${pascal(id)}Output`));
  }
  const members = commands.map(
    ({ id, summary, scope, http }) =>
      `/** ${summary}. ${scope === 'open' ? 'Open' : `Needs the scope ${scope}`}. */\n` +
      `'${id}': { input: ${pascal(id)}Input; output: ${http.streams === undefined ? `${pascal(id)}Output` : 'string'} };`,
  );
  return `${texts.join('\n')}\nexport interface ${pascal(group)}Operations {\n${members.join('\n')}\n}\n`;
}

async function typeOf(schema, name) {
  if (
    schema.type === 'object' &&
    Object.keys(schema.properties ?? {}).length === 0 &&
    schema.additionalProperties === false
  )
    return `type ${name} = Record<string, never>;\n`;
  const text = await compile(schema, name, { bannerComment: '', format: false, additionalProperties: false });
  return text.replace(/^export /, '').replaceAll(/\/\*\*\n \* ([^\n]*)\n \*\//g, '/** $1 */');
}

function indexOf(groups) {
  const imports = groups.map((name) => `import type { ${pascal(name)}Operations } from './${name}.ts';`);
  const all = groups.map((name) => `${pascal(name)}Operations`).join(', ');
  return `${imports.join('\n')}\n\n/** All operations, by id: what each takes and answers. */\nexport interface Operations extends ${all} {}\n`;
}

function tableOf(commands) {
  const rows = commands.map(({ id, http }) => `'${id}': ['${http.method}', '${http.path}'],`);
  return `/** Method and path of each operation. */\nexport const operations = {\n${rows.join('\n')}\n} as const;\n`;
}

function pascal(id) {
  return id.replaceAll(/(?:^|[.-])([a-z])/g, (_all, letter) => letter.toUpperCase());
}

function plain(schema) {
  return JSON.parse(JSON.stringify(schema));
}

/** What has a default need not be sent. */
function asSent(schema) {
  if (schema.items !== undefined) return { ...schema, items: asSent(schema.items) };
  if (schema.properties === undefined) return schema;
  const properties = Object.entries(schema.properties).map(([name, each]) => [name, asSent(each)]);
  const required = schema.required?.filter((name) => schema.properties[name].default === undefined);
  return { ...schema, properties: Object.fromEntries(properties), required };
}
