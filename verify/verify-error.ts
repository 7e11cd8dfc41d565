/** What keeps the check from being made: wrong arguments, a file that cannot be read. Ends with exit code 2. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
}
