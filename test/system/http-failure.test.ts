import t from 'tap';
import { GatewayError, type ErrorCode } from '../../gateway/core/errors.ts';
import { httpFailure, httpTimeout } from '../../gateway/system/http-failure.ts';

const cases: readonly (readonly [string, ErrorCode])[] = [
  ['ECONNREFUSED', 'connection_refused'],
  ['ETIMEDOUT', 'connection_timeout'],
  ['EHOSTUNREACH', 'connection_timeout'],
  ['ENETUNREACH', 'connection_timeout'],
  ['ENETDOWN', 'connection_timeout'],
  ['ECONNRESET', 'connection_closed'],
  ['EPIPE', 'connection_closed'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'connection_closed'],
  ['HPE_INVALID_CONSTANT', 'answer_invalid'],
  ['Z_DATA_ERROR', 'answer_invalid'],
  ['EPROTO', 'answer_invalid'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'answer_invalid'],
  ['ERR_INVALID_CHAR', 'config_invalid'],
];

t.test('each code of the system has its error, which tells only the host', (t) => {
  for (const [reason, code] of cases) {
    const error = httpFailure(Object.assign(new Error('s3cret'), { code: reason }), 'device.test:81');
    t.match(error, { code, facts: { host: 'device.test:81', reason } }, reason);
    t.match(error.message, 'device.test:81');
    t.notMatch(`${error.message} ${String(error.cause)}`, 's3cret');
    if (code !== 'connection_closed') t.match(error.hint, /\S/);
  }
  t.end();
});

t.test('an operating error stays as it is, and whatever else was thrown is a broken connection', (t) => {
  const own = new GatewayError('certificate_invalid', 'not trusted');
  t.equal(httpFailure(own, 'device.test'), own);
  for (const thrown of [undefined, 'text', new Error('s3cret')])
    t.match(httpFailure(thrown, 'device.test'), {
      code: 'connection_closed',
      facts: { reason: 'unknown error' },
    });
  t.match(httpTimeout('device.test'), { code: 'connection_timeout', facts: { host: 'device.test' } });
  t.end();
});
