/** Whether two rows of one table say the same. */
export function isSameRow<Row extends object>(left: Row, right: Row): boolean {
  return Object.entries(left).every(([name, value]) => right[name as keyof Row] === value);
}
