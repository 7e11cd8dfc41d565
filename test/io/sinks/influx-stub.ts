import { gunzipSync } from 'node:zlib';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../gateway/core/http.ts';
import { parseLines, type ParsedPoint } from './line-protocol-parser.ts';

/** An InfluxDB as its manuals say, with what a test wants of it. */
export class InfluxStub implements HttpClient {
  /** By measurement, tags and time, as the server keeps them. */
  readonly points = new Map<string, ParsedPoint>();
  readonly requests: HttpRequest[] = [];
  bodyBytesMax = Number.POSITIVE_INFINITY;
  /** The next answers, whatever is asked. */
  readonly scripted: HttpAnswer[] = [];
  /** Why a point is refused. */
  refuse: (point: ParsedPoint) => string | undefined = () => undefined;
  /** What it says of those it refused; the others are kept. */
  complain: (reasons: ReadonlyMap<number, string>) => HttpAnswer = (reasons) =>
    answer(400, { error: `partial write: ${[...reasons.values()][0]} dropped=${reasons.size}` });
  isDatabaseThere = true;
  mayCreate = true;

  request(request: HttpRequest): Promise<HttpAnswer> {
    this.requests.push(request);
    const scripted = this.scripted.shift();
    if (scripted !== undefined) return Promise.resolve(scripted);
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('/orgs'))
      return Promise.resolve(answer(200, { orgs: [{ id: '0123456789abcdef' }] }));
    if (pathname.endsWith('/query') || pathname.endsWith('/buckets'))
      return Promise.resolve(this.#create(pathname));
    return Promise.resolve(this.#write(request));
  }

  #create(pathname: string): HttpAnswer {
    if (!this.mayCreate) return answer(403, { error: 'not allowed' });
    this.isDatabaseThere = true;
    return answer(pathname.endsWith('/query') ? 200 : 201, {});
  }

  #write({ body = '', headers }: HttpRequest): HttpAnswer {
    if (!this.isDatabaseThere) return answer(404, { error: 'database not found: "energy"' });
    if (body.length > this.bodyBytesMax)
      return answer(413, { code: 'request too large', message: 'too much' });
    const text =
      headers?.['content-encoding'] === 'gzip'
        ? gunzipSync(body).toString('utf8')
        : Buffer.from(body).toString();
    const refused = new Map<number, string>();
    for (const [index, point] of parseLines(text).entries()) {
      const reason = this.refuse(point);
      if (reason !== undefined) refused.set(index, reason);
      else this.points.set(JSON.stringify([point.measurement, point.tags, point.time]), point);
    }
    return refused.size > 0 ? this.complain(refused) : { status: 204, headers: {}, body: new Uint8Array() };
  }
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, body: Buffer.from(text) };
}
