import { execFileSync } from 'node:child_process';

/** Whether the second verifier can run here. */
export function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version']);
    return true;
  } catch {
    return false;
  }
}
