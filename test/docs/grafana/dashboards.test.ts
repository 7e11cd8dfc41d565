import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { backends, dashboardText, parsedDashboard, type Dashboard, type Panel } from './dashboard.ts';

const folder = join(import.meta.dirname, '../../../docs/grafana');
const plugins = {
  influxdb: 'influxdb',
  postgres: 'grafana-postgresql-datasource',
  prometheus: 'prometheus',
  sqlite: 'frser-sqlite-datasource',
} as const;
const aboutTheGateway = 'How the gateway is';

const overlap = (one: Panel['gridPos'], other: Panel['gridPos']): boolean =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

/** Up to what each backend knows of the gateway itself. */
function homePanels({ panels }: Dashboard): readonly string[] {
  const end = panels.findIndex(({ title }) => title === aboutTheGateway);
  return panels.slice(0, end).map(({ title, type }) => `${type}: ${title}`);
}

for (const backend of backends) {
  t.test(`the dashboard for ${backend} can be imported anywhere`, (t) => {
    const text = dashboardText(backend);
    const dashboard = parsedDashboard(text);
    const { panels, templating } = dashboard;
    t.match(dashboard, { id: null, uid: `egw-home-${backend}`, schemaVersion: 39 });
    t.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const places = panels.map(({ gridPos }) => gridPos);
    t.ok(places.every(({ x, w }) => x >= 0 && x + w <= 24));
    t.notOk(places.some((one, index) => places.slice(index + 1).some((other) => overlap(one, other))));
    const shown = panels.filter(({ type }) => type !== 'row');
    for (const { title, datasource, targets = [] } of shown) {
      t.same(datasource, { type: plugins[backend], uid: '${DS_EGW}' }, title);
      t.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
      t.ok(targets.length > 0, title);
    }
    t.match(templating.list[0], { type: 'datasource', name: 'DS_EGW', query: plugins[backend] });
    const required = dashboard.__requires.map(({ type, id }) => `${type} ${id}`);
    const used = [
      'grafana grafana',
      `datasource ${plugins[backend]}`,
      ...shown.map(({ type }) => `panel ${type}`),
    ];
    t.same([...required].sort(), [...new Set(used)].sort());
    t.notMatch(text, /https?:|password|\b\d{1,3}(\.\d{1,3}){3}\b/, 'nothing of a machine is in it');
    t.end();
  });
}

t.test('all dashboards show the same of the home, and the page names each', (t) => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  t.same(
    files,
    backends.map((backend) => `home-${backend}.json`),
  );
  for (const file of files) t.ok(readme.includes(`(${file})`), file);
  const wanted = homePanels(parsedDashboard(dashboardText('sqlite')));
  for (const backend of backends) {
    const own = homePanels(parsedDashboard(dashboardText(backend)));
    t.same(
      own.filter((panel) => !/^table: Names/.test(panel)),
      wanted,
      backend,
    );
  }
  t.end();
});
