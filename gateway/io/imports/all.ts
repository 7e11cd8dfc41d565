export { mesura } from './mesura.ts';
