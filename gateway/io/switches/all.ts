export { wakeOnLan } from './wake-on-lan.ts';
