import { registerHooks } from 'node:module';
import t from 'tap';
import { mail } from '../../../gateway/io/notifiers/mail.ts';
import { notifierPorts } from './notifier-ports.ts';

t.test('without the package that sends mail it is said what to install', (t) => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'nodemailer')
        throw Object.assign(new TypeError('none'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(specifier, context);
    },
  });
  t.teardown(() => hooks.deregister());
  const options = { host: 'h', user: 'a@b.fr', password: 'x', recipients: ['c@d.fr'] };
  t.throws(() => mail.open(options, notifierPorts(t)), {
    code: 'config_invalid',
    hint: /npm install nodemailer/,
  });
  t.end();
});
