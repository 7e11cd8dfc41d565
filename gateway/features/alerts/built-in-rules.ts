/** Of the rules that features bring: they can be set, and no other may have their ids. */
export const builtInRuleIds: readonly string[] = [
  'boiler-fire-out',
  'boiler-jam',
  'boiler-watch',
  'boiler-silent',
  'boiler-stuck',
  'silent',
];
