import { Type } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';
import { electricityMapsZones, nearestZone } from '../../io/sources/index.ts';

export const gridSection: ConfigSection = {
  key: 'grid',
  schema: Type.Object(
    {
      zone: Type.Optional(
        Type.String({
          description:
            'Code of the zone of the grid, such as FR or DK-DK1 (egw grid zones). With it and EM_API_KEY no source electricity-maps need be written down.',
          minLength: 1,
          maxLength: 64,
        }),
      ),
    },
    { description: 'The grid that the home hangs on.', additionalProperties: false },
  ),
  warnings: (section) => {
    const zone = configuredGridZone(section);
    return zone === undefined || electricityMapsZones.has(zone) ? [] : [unknownZone(zone)];
  },
};

/** What is wrong with a zone that is configured, for people. */
export function unknownZone(zone: string): string {
  const meant = nearestZone(zone);
  const name = electricityMapsZones.get(meant) ?? '';
  return `grid.zone: there is no zone ${JSON.stringify(zone)}: did you mean ${meant} (${name})?`;
}

/** Of a section that has passed the schema: the zone that is configured. */
export function configuredGridZone(section: unknown): string | undefined {
  const { zone } = (section ?? {}) as { readonly zone?: string };
  return zone;
}
