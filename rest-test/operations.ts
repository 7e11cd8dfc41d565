import type { Api } from './api.ts';

/** One operation of the description, as far as asking for it needs. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  /** Whether it is one of this gateway's own, rather than one that answers as the earlier gateway did. */
  readonly isOurs: boolean;
  /** Whether its answer never ends. */
  readonly isStream: boolean;
  readonly isSocket: boolean;
  /** Whether it takes inputs, so that others are refused. */
  readonly hasInput: boolean;
}

interface Described {
  readonly tags?: readonly string[];
  readonly 'x-scope'?: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
  readonly operationId?: string;
}

const withoutInput = new Set(['api.describe', 'event.live', 'event.stream']);

/** All that the gateway says it answers. */
export async function operationsOf(api: Api): Promise<readonly Operation[]> {
  const { paths } = (await api.get('/api/openapi.json')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => operationOf(path, method, described)),
  );
}

function operationOf(path: string, method: string, described: Described): Operation {
  const { tags = [], responses, operationId = '' } = described;
  return {
    method: method.toUpperCase(),
    path,
    scope: described['x-scope'] ?? 'open',
    isOurs: !tags.includes('compatibility'),
    isStream:
      responses['200']?.content?.['text/event-stream'] !== undefined || operationId === 'api.describe',
    isSocket: responses['101'] !== undefined,
    hasInput: !withoutInput.has(operationId),
  };
}
