import { point } from './sunspec-model.ts';
import type { SunspecModel } from './sunspec-model.ts';

/** Model 1 without its pad, L = 65, as Fronius has it. */
export function commonModel({
  model,
  version,
}: {
  readonly model: string;
  readonly version: string;
}): SunspecModel {
  return {
    id: 1,
    length: 65,
    points: [
      point.text(16, () => 'Fronius'),
      point.text(16, () => model),
      point.text(8, () => ''),
      point.text(8, () => version),
      point.text(16, (view) => view.serialNumber),
      point.constant(1),
    ],
  };
}
