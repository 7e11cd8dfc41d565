/**
 * The service of the gateway that this one follows: that of Helium's hotspots (`removeWifi` is theirs alone), and
 * `request` and `response`, which are its own.
 */
export const ancestorUuids = {
  service: '0fda92b2-44a2-4af2-84f5-fa682baa2b8d',
  onboardingKey: 'd083b2bd-be16-4600-b397-61512ca2f5ad',
  publicKey: '0a852c59-50d3-4492-bfd3-22fe58a24f01',
  wifiServices: 'd7515033-7e7b-45be-803f-c8737b171a29',
  diagnostics: 'b833d34f-d871-422c-bf9e-8e6ec117d57e',
  wifiMac: '9c4314f2-8a0c-45fd-a58d-d4a7e64c3a57',
  lights: '180efdef-7579-4b4a-b2df-72733b7fa2fe',
  wifiSsid: '7731de63-bc6a-4100-8ab1-89b2356b038b',
  ethernetOnline: 'e5866bd6-0288-4476-98ca-ef7da6b4d289',
  addGateway: 'df3b16ca-c985-4da2-a6d2-9b9b9abdb858',
  connectWifi: '398168aa-0111-4ec0-b1fa-171671270608',
  removeWifi: '8cc6e0b3-98c5-40cc-b1d8-692940e6994b',
  request: '51ff12bb-3ed8-46e5-b4f9-d64e2fec021b',
  response: '51ff12bb-3ed8-46e5-b4f9-d64e2fec021c',
} as const;
