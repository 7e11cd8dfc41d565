import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { exposition } from '../../../gateway/features/publish-metrics/exposition.ts';
import { variables } from './asked-panels.ts';
import {
  dashboardText,
  panelQueries,
  parsedDashboard,
  variableQueries,
  type Dashboard,
} from './dashboard.ts';
import { withVariables } from './macros.ts';
import { simulatedDays } from './simulated-days.ts';
import { metricsAt } from './simulated-metrics.ts';

const days = simulatedDays(Date.UTC(2026, 2, 10));
const toolMissing =
  spawnSync('promtool', ['--version']).error === undefined
    ? false
    : 'promtool is not installed: apt-get install prometheus';

/** Label values by label, of each metric. */
type Said = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

function said(): Said {
  const found = new Map<string, Map<string, Set<string>>>();
  const text = exposition(metricsAt(days, days.fromMs + 36 * 3_600_000), 'prometheus');
  for (const [, name = '', pairs = ''] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const labels = found.get(name) ?? new Map<string, Set<string>>();
    found.set(name, labels);
    for (const [, label = '', value = ''] of pairs.matchAll(/(\w+)="([^"]*)"/g))
      labels.set(label, new Set([...(labels.get(label) ?? []), value]));
  }
  return found;
}

function expressions(dashboard: Dashboard): readonly { readonly title: string; readonly text: string }[] {
  const asking = { ...days, intervalMs: 60_000, variables };
  return panelQueries(dashboard).map(({ title, target }) => ({
    title,
    text: withVariables(String(target['expr']), asking),
  }));
}

function faultsOf(dashboard: Dashboard, said: Said): readonly string[] {
  const legends = panelQueries(dashboard).map(({ target }) => String(target['legendFormat']));
  return expressions(dashboard).flatMap(({ title, text }, index) => {
    const metrics = [...text.matchAll(/\b(egw_\w+)(?:\{([^}]*)\})?/g)];
    const shown = [...(legends[index] ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    return metrics.flatMap(([, name = '', matchers = '']) => {
      const labels = said.get(name);
      if (labels === undefined) return [`${title}: nothing is called ${name}`];
      const wanted = [...matchers.matchAll(/(\w+)(=~?)"([^"]*)"/g)];
      return [
        ...shown.filter((label) => !labels.has(label)).map((label) => `${title}: ${name} has no ${label}`),
        ...wanted
          .filter(([, label = '', , value = '']) =>
            [...(labels.get(label) ?? [])].every((one) => !new RegExp(`^(?:${value})$`).test(one)),
          )
          .map(([matcher]) => `${title}: no ${name} has ${matcher}`),
      ];
    });
  });
}

t.test('every panel of the dashboard for Prometheus asks for what /metrics says', (t) => {
  const there = said();
  const text = dashboardText('prometheus');
  const dashboard = parsedDashboard(text);
  t.same(faultsOf(dashboard, there), []);
  for (const [name, query] of variableQueries(dashboard)) {
    const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(query) ?? [];
    t.ok(
      there
        .get(metric)
        ?.get(label)
        ?.has(variables[name === 'meter' ? 'meter' : 'pv'][0]),
      query,
    );
  }
  const misspelt = text
    .replace('max(egw_grid_power_watts{', 'max(egw_grid_pwer_watts{')
    .replace('{{device}}', '{{devise}}');
  t.match(faultsOf(parsedDashboard(misspelt), there), [
    /Now A: nothing is called egw_grid_pwer_watts/,
    /battery A: egw_battery_soc_percent has no devise/,
  ]);
  t.end();
});

t.test('Prometheus understands every expression of the dashboard', { skip: toolMissing }, (t) => {
  const rules = (dashboard: Dashboard): string =>
    JSON.stringify({
      groups: [
        {
          name: 'all',
          rules: expressions(dashboard).map(({ text }, index) => ({ record: `panel:${index}`, expr: text })),
        },
      ],
    });
  const text = dashboardText('prometheus');
  const check = (name: string): string =>
    execFileSync('promtool', ['check', 'rules', join(t.testdirName, name)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const wrong = text.replace('sum(egw_pv_power_watts', 'sum((egw_pv_power_watts');
  t.testdir({ 'right.yml': rules(parsedDashboard(text)), 'wrong.yml': rules(parsedDashboard(wrong)) });
  t.match(check('right.yml'), /SUCCESS/);
  t.throws(() => check('wrong.yml'), /parse/);
  t.end();
});
