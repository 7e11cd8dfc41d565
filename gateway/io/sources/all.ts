export { electricityMaps } from './electricity-maps.ts';
export { openweathermap } from './openweathermap.ts';
