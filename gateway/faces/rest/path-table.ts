/** Something that answers at a method and a path. */
interface Placed {
  readonly method: string;
  /** Fastify's form: `/api/v1/devices/:id`. */
  readonly path: string;
}

interface Found<Route> {
  readonly route: Route;
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes as Fastify does: what is written out goes before what is a parameter. */
export class PathTable<Route extends Placed> {
  readonly #bySize = new Map<string, { readonly parts: readonly string[]; readonly route: Route }[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const parts = route.path.split('/');
      const key = keyOf(route.method, parts);
      this.#bySize.set(key, [...(this.#bySize.get(key) ?? []), { parts, route }]);
    }
    for (const entries of this.#bySize.values()) {
      entries.sort((a, b) => rankOf(a.parts).localeCompare(rankOf(b.parts)));
    }
  }

  /** @param path without its query, as it stands in a URL */
  find(method: string, path: string): Found<Route> | undefined {
    const texts = path.split('/').map(decoded);
    if (!texts.every((text) => text !== undefined)) return undefined;
    const entry = this.#bySize
      .get(keyOf(method, texts))
      ?.find(({ parts }) => parts.every((part, index) => matches(part, texts[index] ?? '')));
    if (entry === undefined) return undefined;
    const named = entry.parts.flatMap((part, index) =>
      part.startsWith(':') ? [[part.slice(1), texts[index] ?? ''] as const] : [],
    );
    return { route: entry.route, params: Object.fromEntries(named) };
  }
}

function keyOf(method: string, parts: readonly string[]): string {
  return `${method} ${parts.length}`;
}

function rankOf(parts: readonly string[]): string {
  return parts.map((part) => (part.startsWith(':') ? '1' : '0')).join('');
}

function matches(part: string, text: string): boolean {
  return part.startsWith(':') ? text !== '' : part === text;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
