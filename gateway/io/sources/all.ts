export { electricityMaps } from './electricity-maps.ts';
