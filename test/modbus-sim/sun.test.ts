import t from 'tap';
import type { Test } from 'tap';
import { clearSky, planeIrradianceWm2, sunAngles, sunDirection } from '../../modbus-sim/sun.ts';

const greenwich = { latitudeDeg: 51.4779, longitudeDeg: 0, utcOffsetMinutes: 0 };
const lyon = { latitudeDeg: 45.76, longitudeDeg: 4.84, utcOffsetMinutes: 60 };
const sydney = { latitudeDeg: -33.87, longitudeDeg: 151.21, utcOffsetMinutes: 600 };
const south = { tiltDeg: 35, azimuthDeg: 180 };

function near(t: Test, found: number, [wanted, tolerance]: [number, number], what: string): void {
  t.ok(Math.abs(found - wanted) <= tolerance, `${what}: ${found.toFixed(2)}, not ${wanted} ± ${tolerance}`);
}

t.test('the noon elevation at the solstices is 90° − latitude ± 23.44°', async (t) => {
  const noonOf = (day: string): number => {
    const elevations = Array.from({ length: 120 }, (_, minute) => {
      const atMs = Date.parse(`${day}T11:00:00Z`) + minute * 60_000;
      return sunAngles(sunDirection(atMs, greenwich)).elevationDeg;
    });
    return Math.max(...elevations);
  };
  near(t, noonOf('2026-06-21'), [90 - 51.4779 + 23.44, 0.05], 'June');
  near(t, noonOf('2026-12-21'), [90 - 51.4779 - 23.44, 0.05], 'December');
});

t.test('the sun stands south at the noon that the equation of time gives', async (t) => {
  // The equation of time is −14.2 min on 11 February and +16.4 min on 3 November (Astronomical Almanac).
  const february = sunAngles(sunDirection(Date.parse('2026-02-11T12:14:12Z'), greenwich));
  const november = sunAngles(sunDirection(Date.parse('2026-11-03T11:43:36Z'), greenwich));
  near(t, february.azimuthDeg, [180, 0.3], 'February');
  near(t, november.azimuthDeg, [180, 0.3], 'November');
});

t.test('the sun rises east and sets west at the equinox, and stands north at noon in Sydney', async (t) => {
  near(t, sunAngles(sunDirection(Date.parse('2026-03-20T05:48:00Z'), lyon)).azimuthDeg, [90, 1.5], 'sunrise');
  near(t, sunAngles(sunDirection(Date.parse('2026-03-20T17:48:00Z'), lyon)).azimuthDeg, [270, 1.5], 'sunset');
  const noon = sunAngles(sunDirection(Date.parse('2026-12-21T01:53:00Z'), sydney));
  near(t, Math.min(noon.azimuthDeg, 360 - noon.azimuthDeg), [0, 3], 'Sydney azimuth');
  near(t, noon.elevationDeg, [90 - 33.87 + 23.44, 0.2], 'Sydney elevation');
});

t.test('clear sky irradiance is of the right size, and nothing comes at night', async (t) => {
  const noon = sunDirection(Date.parse('2026-06-21T11:40:00Z'), lyon);
  const sky = clearSky(noon);
  near(t, sky.globalHorizontalWm2, [950, 40], 'global, Haurwitz');
  near(t, sky.directNormalWm2, [930, 40], 'beam, Meinel');
  near(t, planeIrradianceWm2(noon, sky, south, 0), [1010, 50], 'on a south roof');
  const night = sunDirection(Date.parse('2026-06-21T23:00:00Z'), lyon);
  t.same(clearSky(night), { globalHorizontalWm2: 0, directNormalWm2: 0 });
  t.equal(planeIrradianceWm2(night, clearSky(night), south, 0), 0);
});

t.test('a covered sky leaves about a quarter, and the more cloud the less light', async (t) => {
  const noon = sunDirection(Date.parse('2026-06-21T11:40:00Z'), lyon);
  const sky = clearSky(noon);
  const byCover = [0, 0.3, 0.6, 0.8, 1].map((cover) => planeIrradianceWm2(noon, sky, south, cover));
  t.same(
    byCover,
    [...byCover].sort((a, b) => b - a),
  );
  near(
    t,
    planeIrradianceWm2(noon, sky, { tiltDeg: 0, azimuthDeg: 180 }, 1),
    [sky.globalHorizontalWm2 / 4, 1],
    'flat',
  );
});
