import t from 'tap';
import { createStubGateway } from '../stub-gateway.ts';

t.test('Prometheus scrapes with a token, in the form that it asks for', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  const headers = { authorization: `Bearer ${await gateway.token(['read'])}` };
  const response = await gateway.rest.inject({ url: '/metrics', headers });
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  t.match(response.body, /^egw_build_info\{version="1\.2\.3",node="v24"\} 1$/m);
  t.match(response.body, /^egw_[a-z0-9_]+\{device="inverter",quantity="[a-z0-9_]+"\} \S+$/m);
  const newer = await gateway.rest.inject({ url: '/metrics?format=openmetrics', headers });
  t.match(newer.headers['content-type'], /^application\/openmetrics-text/);
  t.ok(newer.body.endsWith('# EOF\n'));
  const unknown = await gateway.rest.inject({ url: '/metrics?format=xml', headers });
  t.equal(unknown.statusCode, 400);
});
