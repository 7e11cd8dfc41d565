/** A value within a second of being read; `stored` says whether it is on disk yet. */
export interface LiveValue {
  readonly device: string;
  readonly quantity: string;
  readonly atMs: number;
  readonly value: number | null;
  readonly quality: 'good' | 'estimated' | 'suspect' | 'missing' | 'sensor_error';
  readonly stored: boolean;
}

export interface SaidText {
  readonly device: string;
  readonly quantity: string;
  readonly text: string;
  readonly atMs: number;
}

export type LiveEvent =
  | { readonly type: 'readings'; readonly values: readonly LiveValue[] }
  | { readonly type: 'texts'; readonly values: readonly SaidText[] }
  | { readonly type: 'device'; readonly id: string; readonly state: string; readonly since: number }
  | { readonly type: 'source'; readonly id: string; readonly state: string; readonly since: number }
  | { readonly type: 'gateway'; readonly life: string; readonly link: string; readonly health: string };

/** The events of an event stream, as they come. */
export async function* liveEvents({ body }: Response): AsyncGenerator<LiveEvent, void> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (text + value).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.+)$/m.exec(block)?.[1];
        if (data !== undefined) yield JSON.parse(data) as LiveEvent;
      }
    }
  } finally {
    await reader.cancel();
  }
}
