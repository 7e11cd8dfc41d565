/** What OpenAPI 3.1 asks of a document, as far as ours has it: OAS 3.1.1 §4.8, object by object. */
const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };
const only = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  required,
  properties,
  patternProperties: { '^x-': true },
  additionalProperties: false,
});
const mapOf = (schema: object, names = '^[A-Za-z0-9._-]+$'): object => ({
  type: 'object',
  patternProperties: { [names]: schema },
  additionalProperties: false,
});
const orReference = (schema: object): object => ({
  if: { required: ['$ref'] },
  then: { ...only({ $ref: { type: 'string', pattern: '^#/components/' } }, ['$ref']) },
  else: schema,
});

const schema = { $ref: 'https://json-schema.org/draft/2020-12/schema' };
const mediaType = only({ schema, example: true });
const content = mapOf(mediaType, '^[a-z]+/[a-z.+-]+');
const header = orReference(only({ description: text, schema, required: { type: 'boolean' } }, ['schema']));
const response = orReference(only({ description: text, headers: mapOf(header), content }, ['description']));
const responses = mapOf(response, '^([1-5][0-9]{2}|default)$');
const parameter = orReference({
  ...only(
    {
      name: text,
      in: { enum: ['query', 'header', 'path', 'cookie'] },
      description: text,
      required: { type: 'boolean' },
      schema,
      example: true,
      style: { enum: ['form', 'simple'] },
      explode: { type: 'boolean' },
    },
    ['name', 'in', 'schema'],
  ),
  if: { properties: { in: { const: 'path' } } },
  then: { required: ['required'], properties: { required: { const: true } } },
});
const security = { type: 'array', items: mapOf(texts) };
const operation = only(
  {
    operationId: text,
    summary: text,
    description: text,
    tags: texts,
    security,
    parameters: { type: 'array', items: parameter },
    requestBody: only({ required: { type: 'boolean' }, content }, ['content']),
    responses: { ...responses, minProperties: 1 },
  },
  ['operationId', 'summary', 'responses'],
);
const securityScheme = only(
  {
    type: { enum: ['apiKey', 'http'] },
    description: text,
    in: { enum: ['header'] },
    name: text,
    scheme: text,
    bearerFormat: text,
  },
  ['type'],
);

export const openApiStructure = only(
  {
    openapi: { const: '3.1.0' },
    info: only(
      {
        title: text,
        version: text,
        description: text,
        license: only({ name: text, identifier: text }, ['name']),
      },
      ['title', 'version'],
    ),
    servers: { type: 'array', items: only({ url: text }, ['url']) },
    tags: { type: 'array', items: only({ name: text }, ['name']), uniqueItems: true },
    paths: mapOf(
      only(
        Object.fromEntries(['get', 'put', 'post', 'patch', 'delete'].map((method) => [method, operation])),
      ),
      '^/',
    ),
    components: only({
      schemas: mapOf(schema),
      responses: mapOf(response),
      parameters: mapOf(parameter),
      headers: mapOf(header),
      securitySchemes: mapOf(securityScheme),
    }),
  },
  ['openapi', 'info', 'paths', 'components'],
);
