import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { securityHeaders } from '../../../../gateway/faces/rest/security-headers.ts';
import { answerStatic } from '../../../../gateway/faces/rest/static-answer.ts';
import { readSetupPage } from '../../../../gateway/faces/web/setup-page.ts';

const root = join(import.meta.dirname, '../../../..');
export const setupFile = join(root, 'dist/ble/client/setup.html');

export function buildSetupPage(): void {
  execFileSync(process.execPath, [join(root, 'scripts/make-setup-page.mjs')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** The page as the gateway serves it, with the headers that it has there. */
export function createSetupPageServer(): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
  for (const [path, asset] of readSetupPage(setupFile)) app.get(path, answerStatic(asset));
  return app;
}
