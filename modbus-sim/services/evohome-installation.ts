import type { EvohomeLocation, EvohomeSystem, EvohomeZone } from './evohome-house.ts';

const schedule = {
  maxSwitchpointsPerDay: 6,
  minSwitchpointsPerDay: 1,
  timingResolution: '00:10:00',
};
const override = { maxDuration: '1.00:00:00', timingResolution: '00:10:00' };
const overrideModes = ['PermanentOverride', 'FollowSchedule', 'TemporaryOverride'];

/** The body of one location of `GET location/installationInfo`. */
export function installation(location: EvohomeLocation, username: string): unknown {
  return {
    locationInfo: {
      locationId: location.locationId,
      name: location.name,
      streetAddress: '1 Main Street',
      city: 'London',
      country: 'UnitedKingdom',
      postcode: 'E1 1AA',
      locationType: 'Residential',
      useDaylightSaveSwitching: true,
      timeZone: {
        timeZoneId: 'GMTStandardTime',
        displayName: '(UTC+00:00) Dublin, Edinburgh, Lisbon, London',
        offsetMinutes: 0,
        currentOffsetMinutes: 0,
        supportsDaylightSaving: true,
      },
      locationOwner: { userId: '2263181', username, firstname: 'John', lastname: 'Smith' },
    },
    gateways: location.systems.map((system) => ({
      gatewayInfo: { gatewayId: system.gatewayId, mac: '00D02DEE0000', crc: '1234', isWiFi: false },
      temperatureControlSystems: [controlSystem(system)],
    })),
  };
}

function controlSystem({ systemId, zones, dhwId }: EvohomeSystem): unknown {
  return {
    systemId,
    modelType: 'EvoTouch',
    zones: zones.map(heatingZone),
    ...(dhwId === undefined ? {} : { dhw: hotWater(dhwId) }),
    allowedSystemModes: [
      { systemMode: 'HeatingOff', canBePermanent: true, canBeTemporary: false },
      { systemMode: 'Auto', canBePermanent: true, canBeTemporary: false },
    ],
  };
}

function heatingZone({ zoneId, name }: EvohomeZone): unknown {
  return {
    zoneId,
    modelType: 'HeatingZone',
    name,
    zoneType: 'RadiatorZone',
    setpointCapabilities: {
      maxHeatSetpoint: 35,
      minHeatSetpoint: 5,
      valueResolution: 0.5,
      canControlHeat: true,
      canControlCool: false,
      allowedSetpointModes: overrideModes,
      ...override,
    },
    scheduleCapabilities: { ...schedule, setpointValueResolution: 0.5 },
  };
}

function hotWater(dhwId: string): unknown {
  return {
    dhwId,
    dhwStateCapabilitiesResponse: { allowedStates: ['On', 'Off'], allowedModes: overrideModes, ...override },
    scheduleCapabilitiesResponse: schedule,
  };
}
