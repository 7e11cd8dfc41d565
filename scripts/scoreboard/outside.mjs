// Sources and sinks in virtual time: homes of many seeds, a sink that is killed for a week, a source that hangs.
import { bench } from './figure.mjs';

export async function measure() {
  await bench('outside');
}
