import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';

/** A token that its owner makes over the socket of the data directory. */
export async function localToken(directory: string, scope: readonly string[]): Promise<string> {
  const asked = request({
    socketPath: join(directory, 'data', 'egw.sock'),
    path: '/api/v1/tokens',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  asked.end(JSON.stringify({ scope, label: 'bench' }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += String(part);
  return (JSON.parse(text) as { token: string }).token;
}
