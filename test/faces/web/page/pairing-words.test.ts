import t from 'tap';
import { ApiProblem } from '../../../../gateway/faces/web/page/api-problem.ts';
import {
  browserLabel,
  grouped,
  pairingCodeIn,
  pairingFailure,
  tokenIn,
} from '../../../../gateway/faces/web/page/pairing-words.ts';

t.test('a code is read however it is typed', (t) => {
  t.equal(grouped('7k3m9qxc41tzhw0e'), '7K3M-9QXC-41TZ-HW0E');
  t.equal(grouped(' 7k3m 9qxc-41tz–hw0e '), '7K3M-9QXC-41TZ-HW0E');
  t.equal(grouped('7k3m9'), '7K3M-9');
  t.equal(grouped(''), '');
  t.end();
});

t.test('only a code is taken out of a link', (t) => {
  t.equal(pairingCodeIn('#pair=7K3M-9QXC-41TZ-HW0E'), '7K3M-9QXC-41TZ-HW0E');
  t.equal(pairingCodeIn('#pair=7k3m9qxc41tzhw0e'), '7K3M-9QXC-41TZ-HW0E');
  t.equal(pairingCodeIn('#pair=<img>'), undefined);
  t.equal(pairingCodeIn('#pair='), undefined);
  t.equal(pairingCodeIn('#/devices'), undefined);
  t.end();
});

t.test('a token that was copied elsewhere is told from a code', (t) => {
  const token = ['egw', 'aB3-_'.repeat(9).slice(0, 43)].join('_');
  t.equal(tokenIn(token), token);
  t.equal(tokenIn(` ${token}\n`), token);
  for (const other of [token.slice(0, -1), `${token}x`, token.toUpperCase(), '7K3M-9QXC-41TZ-HW0E', ''])
    t.equal(tokenIn(other), undefined);
  t.end();
});

t.test('each refusal is told in plain words, with the wait where there is one', (t) => {
  const failure = (code: string, retryAfterSeconds?: number): ReturnType<typeof pairingFailure> =>
    pairingFailure(new ApiProblem('detail', { status: 403, code, retryAfterSeconds, hint: 'hint' }));
  t.match(failure('pairing_code_wrong'), { text: /not the code/, waitSeconds: 0 });
  t.match(failure('pairing_closed'), { text: /egw pairing open/, waitSeconds: 0 });
  t.match(failure('rate_limited', 42), { text: /Too many/, waitSeconds: 42 });
  t.match(failure('rate_limited'), { waitSeconds: 60 });
  t.match(failure('unreachable'), { text: /does not answer/ });
  t.match(failure('limit_reached'), { text: 'detail (hint)' });
  t.match(pairingFailure(new Error('bug')), { text: /something went wrong/ });
  t.end();
});

t.test('the gateway lists a browser by a name that its owner knows', (t) => {
  const linux = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  t.equal(browserLabel(linux), 'page in Firefox on Linux');
  const android = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';
  t.equal(browserLabel(android), 'page in Chrome on Android');
  t.equal(browserLabel('curl'), 'page in a browser on a device');
  t.end();
});
