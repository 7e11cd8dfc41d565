import t from 'tap';
import { BaseUrl } from '../../gateway/io/base-url.ts';

t.test('paths and queries are joined, and what they hold is encoded', (t) => {
  const url = new BaseUrl('url', 'https://example.org:8443/v3//');
  t.equal(url.host, 'example.org:8443');
  t.equal(url.to('/zones'), 'https://example.org:8443/v3/zones');
  t.equal(
    url.to('/latest', { zone: 'a"b; drop table', start: '2025-01-09T00:00:00+01:00' }),
    'https://example.org:8443/v3/latest?zone=a%22b%3B%20drop%20table&start=2025-01-09T00%3A00%3A00%2B01%3A00',
  );
  t.equal(new BaseUrl('url', 'http://192.168.1.20').to('/info'), 'http://192.168.1.20/info');
  t.end();
});

t.test('what is no plain address is refused by the name of its setting, without being quoted', (t) => {
  for (const text of [
    '',
    'example.org',
    'ftp://x/',
    'https://me:secret@x/',
    'https://x/?key=secret',
    'https://x/#a',
  ]) {
    try {
      new BaseUrl('rteBaseUrl', text);
      t.fail(`${text} was taken`);
    } catch (error) {
      t.match(error, { code: 'config_invalid', message: /rteBaseUrl/, facts: { option: 'rteBaseUrl' } });
      t.notMatch(String(error), /secret/);
    }
  }
  t.end();
});

t.test('a secret goes into the internet over https only', (t) => {
  t.equal(new BaseUrl('url', 'https://api.example/v3').secretReach, 'internet');
  t.equal(new BaseUrl('url', 'http://api.example/v3').secretReach, 'private');
  t.end();
});
