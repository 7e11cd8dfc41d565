// A backend that is away for a week: nothing lost, nothing doubled, live at once, and the rest soon after.
import { bench } from './figure.mjs';

export async function measure() {
  await bench('outage-week', '--days', '7');
}
