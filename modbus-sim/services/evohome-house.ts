import { SeededRandom } from '../random.ts';
import { localHour } from '../site.ts';
import type { Site } from '../site.ts';
import { SmoothNoise } from '../smooth-noise.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

export interface EvohomeZone {
  readonly zoneId: string;
  name: string;
  /** °C by day and by night. */
  readonly dayC: number;
  readonly nightC: number;
  /** Its radio valve has not been heard of since, local time. */
  readonly deadSince?: string;
  /** Somebody turns it up every evening from 19 to 21 o'clock. */
  readonly isTurnedUp?: true;
}

export interface EvohomeSystem {
  readonly gatewayId: string;
  readonly systemId: string;
  readonly zones: readonly EvohomeZone[];
  readonly dhwId?: string;
}

export interface EvohomeLocation {
  readonly locationId: string;
  readonly name: string;
  readonly systems: readonly EvohomeSystem[];
}

/** A house of four zones with hot water, and a flat of one zone. */
export function usualLocations(): readonly EvohomeLocation[] {
  return [
    {
      locationId: '2738909',
      name: 'My Home',
      systems: [
        {
          gatewayId: '2499896',
          systemId: '3432522',
          dhwId: '3933910',
          zones: [
            { zoneId: '3432521', name: 'Dead Zone', dayC: 17, nightC: 17, deadSince: '2025-12-17T17:10:57' },
            { zoneId: '3432576', name: 'Main Room', dayC: 20.5, nightC: 17 },
            { zoneId: '3432577', name: 'Front Room', dayC: 19, nightC: 16, isTurnedUp: true },
            { zoneId: '3432578', name: 'Kitchen', dayC: 19.5, nightC: 16.5 },
          ],
        },
      ],
    },
    {
      locationId: '2738910',
      name: 'Flat',
      systems: [
        {
          gatewayId: '2499897',
          systemId: '3432600',
          zones: [{ zoneId: '3432601', name: 'Studio', dayC: 20, nightC: 17 }],
        },
      ],
    },
  ];
}

/** What the rooms of a location are like: a function of time, and of the names that people give. */
export class EvohomeHouse {
  readonly #site: Site;
  readonly #noise: SmoothNoise;

  constructor(seed: number, site: Site) {
    this.#site = site;
    this.#noise = new SmoothNoise(new SeededRandom(seed).fork('evohome'), 3 * hourMs);
  }

  /** The body of `GET location/<id>/status`. */
  status({ locationId, systems }: EvohomeLocation, atMs: number): unknown {
    return {
      locationId,
      gateways: systems.map((system) => ({
        gatewayId: system.gatewayId,
        temperatureControlSystems: [this.#system(system, atMs)],
        activeFaults: [],
      })),
    };
  }

  #system({ systemId, zones, dhwId }: EvohomeSystem, atMs: number): unknown {
    return {
      systemId,
      zones: zones.map((zone) => this.#zone(zone, atMs)),
      ...(dhwId === undefined ? {} : { dhw: this.#hotWater(dhwId, atMs) }),
      activeFaults: [],
      systemModeStatus: { mode: 'Auto', isPermanent: true },
    };
  }

  #zone(zone: EvohomeZone, atMs: number): unknown {
    const { zoneId, name, deadSince } = zone;
    return {
      zoneId,
      name,
      temperatureStatus:
        deadSince === undefined
          ? { temperature: this.#roomC(zone, atMs), isAvailable: true }
          : { isAvailable: false },
      activeFaults:
        deadSince === undefined ? [] : [{ faultType: 'TempZoneActuatorCommunicationLost', since: deadSince }],
      setpointStatus: this.#setPoint(zone, atMs),
    };
  }

  #setPoint(zone: EvohomeZone, atMs: number): unknown {
    const targetHeatTemperature = this.#targetC(zone, atMs);
    if (!this.#isTurnedUp(zone, atMs)) return { targetHeatTemperature, setpointMode: 'FollowSchedule' };
    const untilMs = atMs + (21 - localHour(atMs, this.#site)) * hourMs;
    const until = new Date(Math.round(untilMs / minuteMs) * minuteMs).toISOString().replace('.000Z', 'Z');
    return { targetHeatTemperature, setpointMode: 'TemporaryOverride', until };
  }

  #isTurnedUp(zone: EvohomeZone, atMs: number): boolean {
    const hour = localHour(atMs, this.#site);
    return zone.isTurnedUp === true && hour >= 19 && hour < 21;
  }

  #targetC(zone: EvohomeZone, atMs: number): number {
    const hour = localHour(atMs, this.#site);
    if (this.#isTurnedUp(zone, atMs)) return zone.dayC + 2;
    return hour >= 6.5 && hour < 22.5 ? zone.dayC : zone.nightC;
  }

  /** Lags behind what is wanted, and is told in halves of a degree. */
  #roomC(zone: EvohomeZone, atMs: number): number {
    const ages = [0, 15, 30, 45, 60, 75, 90, 105].map((minutes) => minutes * minuteMs);
    const meanC = ages.reduce((sum, ageMs) => sum + this.#targetC(zone, atMs - ageMs), 0) / ages.length;
    const ownMs = Number(zone.zoneId) * minuteMs;
    return Math.round((meanC + 0.7 * this.#noise.at(atMs + ownMs)) * 2) / 2;
  }

  #hotWater(dhwId: string, atMs: number): unknown {
    const hour = localHour(atMs, this.#site);
    const isOn = hour >= 6 && hour < 8;
    const temperature = Math.round((isOn ? 55 : 48 - Math.abs(hour - 8) / 4) * 2) / 2;
    return {
      dhwId,
      temperatureStatus: { temperature, isAvailable: true },
      stateStatus: { state: isOn ? 'On' : 'Off', mode: 'FollowSchedule' },
      activeFaults: [],
    };
  }
}
