export { ads1115 } from './ads1115.ts';
export { ds18b20 } from './ds18b20.ts';
export { electricityMaps } from './electricity-maps.ts';
export { openweathermap } from './openweathermap.ts';
export { enphase } from './enphase.ts';
