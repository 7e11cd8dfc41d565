export { fixed } from './fixed.ts';
export { peakOffPeak } from './peak-off-peak.ts';
export { spotCsv } from './spot-csv.ts';
export { tempo } from './tempo.ts';
