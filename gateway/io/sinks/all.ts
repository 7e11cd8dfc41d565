export { csv } from './csv.ts';
export { influx } from './influx.ts';
export { mqtt } from './mqtt.ts';
export { postgres } from './postgres.ts';
export { sparkplugB } from './sparkplug-b.ts';
export { sqliteWide } from './sqlite-wide.ts';
export { srcfulHarvest } from './srcful-harvest.ts';
export { srcfulMqtt } from './srcful-mqtt.ts';
