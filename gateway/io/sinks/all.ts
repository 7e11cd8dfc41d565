export { influx } from './influx.ts';
