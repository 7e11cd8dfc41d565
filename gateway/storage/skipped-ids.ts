/** So many ids are left out where it is not known which were given last: they are never given again. */
export const skippedIds = 10_000;
