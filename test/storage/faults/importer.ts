import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { importedHours, importNowMs, importOptions } from './imported-hours.ts';

// A process that imports until it is killed: it says which hours were taken.
const [, , directory = ''] = process.argv;
const service = new DatabaseService({ directory, zone: 'Europe/Paris', nowMs: importNowMs });
for (const hour of importedHours()) {
  service.addHistory([hour], importOptions);
  process.stdout.write(`${hour.startMs}\n`);
}
