import { huntSecrets } from '../../test/secret-hunt.ts';
import { figure } from './started-program.ts';

const { secrets, hits, openFiles, openRoutes, routes, received } = await huntSecrets();
for (const found of [...hits, ...openFiles, ...openRoutes]) console.log(found);
figure('secrets-seen', hits.length, `hits of ${secrets} secrets`, hits.length === 0 && received > 0);
figure('files-open-to-others', openFiles.length, 'files', openFiles.length === 0);
figure('routes-open-to-strangers', openRoutes.length, `of ${routes} routes`, openRoutes.length === 0);
