import type { ModelTable } from './model-table.ts';

export const commonModel: ModelTable = {
  ids: [1],
  title: 'Common',
  points: [
    { offset: 2, name: 'Mn', type: 'string', words: 16 },
    { offset: 18, name: 'Md', type: 'string', words: 16 },
    { offset: 34, name: 'Opt', type: 'string', words: 8 },
    { offset: 42, name: 'Vr', type: 'string', words: 8 },
    { offset: 50, name: 'SN', type: 'string', words: 16 },
    { offset: 66, name: 'DA', type: 'uint16' },
    { offset: 67, name: 'Pad', type: 'pad' },
  ],
};
