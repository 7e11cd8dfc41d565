import type { FastifyInstance } from 'fastify';
import type { Admission } from './admission.ts';
import { securityHeaders } from './security-headers.ts';

/** Asks at the door of every route: by the headers first, and of signed requests again once the body is there. */
export function addAdmissionHooks(app: FastifyInstance, admission: Admission): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders);
    admission.admit(request);
    done();
  });
  app.addHook('preParsing', (request, _reply, payload, done) => {
    if (!admission.waitsForBody(request)) done(null, payload);
    else admission.proveByBody(request, payload).then((proven) => done(null, proven), done);
  });
}
