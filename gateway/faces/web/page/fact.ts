/** A name, and what there is to say under it. */
export type Fact = readonly [name: string, text: string];
