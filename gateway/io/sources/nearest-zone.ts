import { nearest } from '../../core/nearest.ts';
import { electricityMapsZones } from './electricity-maps-zones.ts';

/** The code that is most likely meant: by its capitals, by the name of the country, or by how it begins. */
export function nearestZone(zone: string): string {
  const codes = [...electricityMapsZones.keys()];
  const names = [...electricityMapsZones.values()];
  const name = nearest(zone, names);
  const beginning = /^[A-Z]{1,2}/i.exec(zone)?.[0].toUpperCase() ?? '';
  return (
    codes.find((code) => code === zone.toUpperCase()) ??
    codes[name === undefined ? -1 : names.indexOf(name)] ??
    nearest(zone, codes) ??
    codes.find((code) => code.startsWith(beginning)) ??
    'FR'
  );
}
