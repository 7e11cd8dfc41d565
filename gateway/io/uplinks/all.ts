export { http } from './http.ts';
export { mqtt } from './mqtt.ts';
