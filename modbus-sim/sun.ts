import type { Site } from './site.ts';

/** A unit vector from the home to the sun. `up` is the sine of the elevation. */
export interface SunDirection {
  readonly east: number;
  readonly north: number;
  readonly up: number;
}

/** Degrees. Azimuth clockwise from north: 90 east, 180 south. */
export interface SunAngles {
  readonly elevationDeg: number;
  readonly azimuthDeg: number;
}

/** W/m² of a sky without clouds. */
export interface ClearSky {
  readonly globalHorizontalWm2: number;
  readonly directNormalWm2: number;
}

/** Where a panel looks. Tilt 0 is flat, 90 upright; azimuth clockwise from north. */
export interface Plane {
  readonly tiltDeg: number;
  readonly azimuthDeg: number;
}

const radiansPerDegree = Math.PI / 180;

/**
 * The sun's place in the sky at a UTC instant, from NOAA's "General Solar Position Calculations"
 * (gml.noaa.gov/grad/solcalc/solareqns.PDF), good to a few hundredths of a degree. Refraction is left out.
 */
export function sunDirection(atMs: number, site: Site): SunDirection {
  const year = new Date(atMs).getUTCFullYear();
  const yearStartMs = Date.UTC(year, 0, 1);
  const daysInYear = (Date.UTC(year + 1, 0, 1) - yearStartMs) / 86_400_000;
  const fractionalYear = ((2 * Math.PI) / daysInYear) * ((atMs - yearStartMs) / 86_400_000 - 0.5);
  const declination = declinationRadians(fractionalYear);

  const minutesOfDay = (atMs / 60_000) % 1440;
  const trueSolarMinutes = minutesOfDay + equationOfTimeMinutes(fractionalYear) + 4 * site.longitudeDeg;
  const hourAngle = (trueSolarMinutes / 4 - 180) * radiansPerDegree;
  const latitude = site.latitudeDeg * radiansPerDegree;

  const sinLatitude = Math.sin(latitude);
  const cosLatitude = Math.cos(latitude);
  const sinDeclination = Math.sin(declination);
  const cosDeclination = Math.cos(declination);
  const cosHourAngle = Math.cos(hourAngle);
  return {
    east: -cosDeclination * Math.sin(hourAngle),
    north: sinDeclination * cosLatitude - cosDeclination * cosHourAngle * sinLatitude,
    up: sinLatitude * sinDeclination + cosLatitude * cosDeclination * cosHourAngle,
  };
}

export function sunAngles(direction: SunDirection): SunAngles {
  return {
    elevationDeg: Math.asin(direction.up) / radiansPerDegree,
    azimuthDeg: (Math.atan2(direction.east, direction.north) / radiansPerDegree + 360) % 360,
  };
}

/**
 * Global irradiance after Haurwitz (Journal of Meteorology 2, 1945), beam after Meinel ("Applied Solar Energy",
 * 1976), air mass after Kasten and Young (Applied Optics 28, 1989).
 */
export function clearSky(direction: SunDirection): ClearSky {
  if (direction.up <= 0) return { globalHorizontalWm2: 0, directNormalWm2: 0 };
  const { elevationDeg } = sunAngles(direction);
  const airMass = 1 / (direction.up + 0.50572 * (elevationDeg + 6.07995) ** -1.6364);
  const globalHorizontalWm2 = 1098 * direction.up * Math.exp(-0.057 / direction.up);
  const meinelWm2 = 1353 * 0.7 ** (airMass ** 0.678);
  // Two independent fits: near the horizon the beam must not give more than the whole.
  const directNormalWm2 = Math.min(meinelWm2, globalHorizontalWm2 / direction.up);
  return { globalHorizontalWm2, directNormalWm2 };
}

/**
 * What falls on a tilted plane, W/m²: beam, isotropic diffuse sky and a ground that reflects a fifth
 * (Liu and Jordan 1963). `cloudCover` 0 … 1 dims the global irradiance after Kasten and Czeplak (Solar Energy 24,
 * 1980) and takes the beam away altogether when the sky is covered.
 */
export function planeIrradianceWm2(
  direction: SunDirection,
  sky: ClearSky,
  plane: Plane,
  cloudCover: number,
): number {
  if (direction.up <= 0) return 0;
  const shade = cloudCover ** 3.4;
  const globalWm2 = sky.globalHorizontalWm2 * (1 - 0.75 * shade);
  const beamWm2 = sky.directNormalWm2 * (1 - shade);
  const diffuseWm2 = Math.max(0, globalWm2 - beamWm2 * direction.up);
  const tilt = plane.tiltDeg * radiansPerDegree;
  const azimuth = plane.azimuthDeg * radiansPerDegree;
  const towardsSun =
    Math.cos(tilt) * direction.up +
    Math.sin(tilt) * (Math.sin(azimuth) * direction.east + Math.cos(azimuth) * direction.north);
  return (
    beamWm2 * Math.max(0, towardsSun) +
    (diffuseWm2 * (1 + Math.cos(tilt))) / 2 +
    (0.2 * globalWm2 * (1 - Math.cos(tilt))) / 2
  );
}

function equationOfTimeMinutes(fractionalYear: number): number {
  return (
    229.18 *
    (0.000075 +
      0.001868 * Math.cos(fractionalYear) -
      0.032077 * Math.sin(fractionalYear) -
      0.014615 * Math.cos(2 * fractionalYear) -
      0.040849 * Math.sin(2 * fractionalYear))
  );
}

function declinationRadians(fractionalYear: number): number {
  return (
    0.006918 -
    0.399912 * Math.cos(fractionalYear) +
    0.070257 * Math.sin(fractionalYear) -
    0.006758 * Math.cos(2 * fractionalYear) +
    0.000907 * Math.sin(2 * fractionalYear) -
    0.002697 * Math.cos(3 * fractionalYear) +
    0.00148 * Math.sin(3 * fractionalYear)
  );
}
