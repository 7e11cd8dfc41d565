import { readFileSync } from 'node:fs';
import t from 'tap';
import { configSchema } from '../../gateway/config/interpret.ts';
import { alertsSection } from '../../gateway/features/alerts/alerts-section.ts';
import { cloudSection } from '../../gateway/features/cloud-control/cloud-section.ts';
import { discordSection } from '../../gateway/features/discord/discord-section.ts';
import { gridSection } from '../../gateway/features/grid/grid-section.ts';
import { tariffSection } from '../../gateway/features/grid/tariff-section.ts';
import { provisioningSection } from '../../gateway/features/provisioning/provisioning-section.ts';
import { membersSection } from '../../gateway/features/members/members-section.ts';
import { serverSection } from '../../gateway/features/server/server-section.ts';
import { boilerSection } from '../../gateway/features/boiler/boiler-section.ts';
import { jobsSection } from '../../gateway/features/jobs/jobs-section.ts';
import { telemetrySection } from '../../gateway/features/telemetry/telemetry-section.ts';
import { processSettings } from '../../gateway/config/process-settings.ts';
import { load, plainInputs } from './inputs.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function keysOf(schema: Schema, path = ''): readonly string[] {
  if (schema.items !== undefined) return keysOf(schema.items, `${path}[]`);
  if (schema.properties === undefined) return [path];
  return Object.entries(schema.properties).flatMap(([key, inner]) =>
    keysOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

t.test('docs/configuration.md has every key of the schema, and no other', (t) => {
  const documented = [...page.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)]
    .flatMap(([, cell = '']) => cell.split(', ').map((key) => key.replaceAll('`', '')))
    .filter((key) => !key.startsWith('EGW_'));
  t.same(
    documented.toSorted(),
    keysOf(
      configSchema({
        ...plainInputs,
        sections: [
          alertsSection,
          cloudSection,
          telemetrySection,
          jobsSection,
          gridSection,
          tariffSection,
          boilerSection,
          serverSection,
          discordSection,
          membersSection,
          provisioningSection,
        ],
      }),
    ).toSorted(),
  );
  t.end();
});

t.test('docs/configuration.md has every variable and option, with what it sets', (t) => {
  for (const { variable, option, path } of processSettings) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${variable}\` | \`--${option}\` |`));
    t.ok(row, variable);
    if (path !== undefined) t.match(row, `\`${path}\``);
  }
  t.end();
});

t.test('the example in docs/configuration.md is a configuration without problems', async (t) => {
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { config, quarantined, warnings } = await load(example);
  t.same(
    config.devices.map(({ id }) => id),
    ['roof', 'grid-meter'],
  );
  t.same([quarantined, warnings], [[], []]);
});
