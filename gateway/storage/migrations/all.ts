export { readings } from './0001-readings.ts';
export { rollups } from './0002-rollups.ts';
export { records } from './0003-records.ts';
export { controls } from './0004-controls.ts';
export { registersBefore } from './0005-registers-before.ts';
export { chain } from './0006-chain.ts';
export { checks } from './0007-checks.ts';
export { minuteBlocks } from './0008-minute-blocks.ts';
