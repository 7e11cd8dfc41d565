import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { quantityNames } from '../../../gateway/core/quantity.ts';
import { exposition } from '../../../gateway/features/publish-metrics/exposition.ts';
import type { MetricFamily } from '../../../gateway/features/publish-metrics/metric-family.ts';
import { readingMetrics } from '../../../gateway/features/publish-metrics/reading-metrics.ts';

const promtool = spawnSync('promtool', ['--version']).status === 0;
const promtoolMissing = promtool ? false : 'promtool is not installed: apt-get install prometheus';

const families: readonly MetricFamily[] = [
  {
    name: 'egw_test_watts',
    help: 'Power "now"\nof C:\\',
    type: 'gauge',
    samples: [
      { labels: { device: 'a"b\\c\nd', quantity: 'grid_power_w' }, value: -412.5 },
      { labels: {}, value: 1e21 },
    ],
  },
  { name: 'egw_test_kwh', help: 'Energy', type: 'counter', samples: [{ labels: {}, value: 3 }] },
  { name: 'egw_empty', help: 'Nothing', type: 'gauge', samples: [] },
];

t.test('figures are written in both forms as their papers say', (t) => {
  t.equal(
    exposition(families, 'prometheus'),
    [
      '# HELP egw_test_watts Power "now"\\nof C:\\\\',
      '# TYPE egw_test_watts gauge',
      'egw_test_watts{device="a\\"b\\\\c\\nd",quantity="grid_power_w"} -412.5',
      'egw_test_watts 1e+21',
      '# HELP egw_test_kwh_total Energy',
      '# TYPE egw_test_kwh_total counter',
      'egw_test_kwh_total 3',
      '',
    ].join('\n'),
  );
  const open = exposition(families, 'openmetrics').split('\n');
  t.ok(open.includes('# HELP egw_test_watts Power \\"now\\"\\nof C:\\\\'));
  t.ok(open.includes('# TYPE egw_test_kwh counter'));
  t.ok(open.includes('egw_test_kwh_total 3'));
  t.same(open.slice(-2), ['# EOF', '']);
  t.equal(exposition([], 'openmetrics'), '# EOF\n');
  t.end();
});

t.test('numbers that are none are written as Go writes them', (t) => {
  const samples = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value, index) => ({
    labels: { i: `${index}` },
    value,
  }));
  const text = exposition([{ name: 'a', help: 'b', type: 'gauge', samples }], 'prometheus');
  t.same(text.match(/\S+$/gm)?.slice(-3), ['NaN', '+Inf', '-Inf']);
  t.end();
});

t.test('any label comes out of a reader as it went in', (t) => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom('"', '\\', '\n', 'n', '}', ','), fc.constant('é')),
  });
  fc.assert(
    fc.property(text, text, (device, quantity) => {
      const samples = [{ labels: { device, quantity }, value: 1 }];
      const line = exposition([{ name: 'a', help: 'b', type: 'gauge', samples }], 'prometheus').split(
        '\n',
      )[2];
      const parts = /^a\{device="((?:[^"\\\n]|\\["\\n])*)",quantity="((?:[^"\\\n]|\\["\\n])*)"\} 1$/.exec(
        line ?? '',
      );
      t.same(parts?.slice(1).map(unescaped), [device, quantity]);
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('Prometheus’ own tool can read every quantity that there is', { skip: promtoolMissing }, (t) => {
  const names = [...quantityNames, 'wifi.rssi[0]', 'a"b\\c\nd'];
  const values = names.map((quantity) => ({
    ...{ device: 'a"b\\c\nd', quantity, atMs: 0, toldMs: 0, value: -1.5e-7 },
    ...{ quality: 'good' as const, stored: true },
  }));
  const all = [...families, ...readingMetrics(values, 0, () => undefined)];
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: exposition(all, 'prometheus'),
  });
  // 3: it could read all of it, and would name some otherwise.
  t.ok(status === 0 || status === 3, stderr.toString());
  t.notMatch(stderr.toString(), /error while linting|_total|no help text/);
  const broken = spawnSync('promtool', ['check', 'metrics'], { input: 'a{b="c} 1\n' });
  t.equal(broken.status, 1, 'and it does not take everything');
  t.end();
});

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char));
}
