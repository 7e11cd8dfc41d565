import t from 'tap';
import type { SandboxFacts } from '../../../gateway/core/job-process.ts';
import { assertApart } from '../../../gateway/features/jobs/assert-apart.ts';

const full: SandboxFacts = { form: 'full', reason: undefined };
const lesser: SandboxFacts = { form: 'lesser', reason: 'this machine lacks unshare' };
const deskWith = (facts: SandboxFacts): { sandbox(): Promise<SandboxFacts> } => ({
  sandbox: async () => await Promise.resolve(facts),
});

t.test('where the full form is required, a job is refused in the lesser one, with its reason', async (t) => {
  await t.rejects(assertApart(deskWith(lesser), { sandbox: 'required' }), {
    code: 'sandbox_unavailable',
    message: /lacks unshare/,
  });
});

t.test('it is taken where the full form is there, or is not asked for', async (t) => {
  await t.resolves(assertApart(deskWith(full), { sandbox: 'required' }));
  for (const sandbox of ['auto', 'off'] as const)
    await t.resolves(assertApart(deskWith(lesser), { sandbox }), sandbox);
});
