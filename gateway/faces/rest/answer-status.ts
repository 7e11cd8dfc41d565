import type { HttpForm } from '../../features/command.ts';

/** The HTTP status of a good answer. */
export function answerStatus({ status = 200 }: HttpForm, answer: unknown): number {
  return typeof status === 'function' ? status(answer) : status;
}
