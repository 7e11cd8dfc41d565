import { GatewayError } from '../../core/errors.ts';
import type { CommandDeclaration } from '../../features/command.ts';
import { pathParameters } from '../commands/command-registry.ts';
import { inputFromText } from '../commands/input-from-text.ts';
import { jsonSchemaOf } from '../commands/json-schema.ts';

/** The parts of a request that carry input. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type Texts = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The command's input from where its method puts it: GET and DELETE in path and query, the others in path and
 * JSON body. What stands elsewhere is refused rather than ignored. Errors: `input_invalid`.
 */
export function requestInput(command: CommandDeclaration, { params, query, body }: RequestParts): unknown {
  const schema = jsonSchemaOf(command.input);
  const fromPath = inputFromText(schema, params as Texts);
  const { method, path } = command.http;
  if (method === 'GET' || method === 'DELETE') {
    if (body !== undefined && body !== null) throw misplaced('the body', 'the query string');
    refuseDoubles(Object.keys(query as Texts), path);
    return { ...inputFromText(schema, query as Texts), ...fromPath };
  }
  if (Object.keys(query as Texts).length > 0) throw misplaced('the query string', 'the JSON body');
  if (body === undefined || body === null) return fromPath;
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new GatewayError('input_invalid', 'the body must be a JSON object', {
      hint: 'send {"name": value}',
    });
  }
  refuseDoubles(Object.keys(body), path);
  return { ...body, ...fromPath };
}

function refuseDoubles(names: readonly string[], path: string): void {
  const double = pathParameters(path).find((name) => names.includes(name));
  if (double === undefined) return;
  throw new GatewayError('input_invalid', `${double} is given by the path already`, { hint: 'leave it out' });
}

function misplaced(where: string, place: string): GatewayError {
  return new GatewayError('input_invalid', `nothing is expected in ${where}`, { hint: `put it in ${place}` });
}
