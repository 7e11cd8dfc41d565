import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { allCommands } from '../../../gateway/faces/commands/all.ts';
import { describeApi } from '../../../gateway/faces/rest/openapi.ts';
import { plainRoutes } from '../../../gateway/faces/rest/route.ts';
import { schemaVocabulary } from '../../../gateway/features/schema.ts';
import { openApiStructure } from './openapi-structure.ts';

interface Described {
  readonly schema: object;
  readonly example?: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (Described & { readonly name: string; readonly in: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Described>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Described>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** As it is sent. */
const document = JSON.parse(JSON.stringify(describeApi(allCommands, '1.2.3'))) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  keywords: [...schemaVocabulary],
  allErrors: true,
});

t.test('the description is an OpenAPI 3.1 document, and each of its schemas a JSON schema', async (t) => {
  const validate = new Ajv2020({ strict: false }).compile(openApiStructure);
  t.ok(validate(document), JSON.stringify(validate.errors?.slice(0, 3)));
  const broken = { ...document, paths: { '/x': { get: { summary: 'x' } } } };
  t.notOk(validate(broken), 'what it lacks is found');
});

t.test('whatever it refers to is there', async (t) => {
  const missing = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)].filter(
    ([, kind = '', name = '']) => document.components[kind]?.[name] === undefined,
  );
  t.same(missing, []);
  const schemes = Object.keys(document.components['securitySchemes'] ?? {});
  for (const { operation } of operations)
    for (const way of operation.security) t.ok(Object.keys(way).every((name) => schemes.includes(name)));
});

t.test('every schema can be checked with, and every example passes its own', async (t) => {
  let examples = 0;
  const check = ({ schema, example }: Described, what: string): void => {
    const validate = ajv.compile(schema);
    if (example === undefined) return;
    examples += 1;
    validate(example);
    if (validate.errors) t.fail(`${what}: ${JSON.stringify(example)} ${ajv.errorsText(validate.errors)}`);
  };
  for (const { operation } of operations) {
    const { operationId, parameters = [], requestBody, responses } = operation;
    for (const parameter of parameters) if ('schema' in parameter) check(parameter, operationId);
    for (const described of Object.values(requestBody?.content ?? {})) check(described, operationId);
    for (const { content = {} } of Object.values(responses))
      for (const described of Object.values(content))
        if ('schema' in described) check(described, operationId);
  }
  t.ok(examples > 40, `${examples} examples`);
});

t.test('each command and route is one operation, with the scope that it declares', async (t) => {
  const declared = [
    ...allCommands.map(({ id, scope, http }) => `${id} ${http.method} ${http.path} ${scope}`),
    ...plainRoutes.map(({ id, path, scope }) => `${id} GET ${path} ${scope}`),
  ];
  const described = operations.map(({ path, method, operation }) => {
    const scopes = new Set(operation.security.flatMap((way) => Object.values(way).flat()));
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
    return `${operation.operationId} ${method.toUpperCase()} ${url} ${[...scopes].join() || 'open'}`;
  });
  t.same(described.toSorted(), declared.toSorted());
});
