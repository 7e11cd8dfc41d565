export { chaudiere } from './chaudiere.ts';
export { mesura } from './mesura.ts';
