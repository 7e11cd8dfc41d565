import t from 'tap';
import type { SetupLabel, SetupStatus } from '../../../../gateway/faces/web/page/setup-types.ts';
import type { owningCommands } from '../../../../gateway/features/provisioning/owning-commands.ts';
import type { provisionCommands } from '../../../../gateway/features/provisioning/provision-commands.ts';
import { StubProvisioning } from '../stub-provisioning.ts';

/** The compiler refuses an answer that is not what the page takes it for. */
type Fits<Answer extends Taken, Taken> = Answer;
type Label = Fits<Awaited<ReturnType<(typeof owningCommands)[3]['run']>>, SetupLabel>;
type Status = Fits<Awaited<ReturnType<(typeof provisionCommands)[1]['run']>>, SetupStatus>;

t.test('what the page takes answers for is what commands answer', (t) => {
  const { status, label } = new StubProvisioning();
  const answers: { readonly status: Status; readonly label: Label } = { status, label };
  t.equal(answers.status.door.state, 'closed');
  t.equal(answers.label.qr.length, 3);
  t.end();
});
