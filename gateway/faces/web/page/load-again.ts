/**
 * A page whose scripts did not all come, because the gateway started again meanwhile, would stay empty for good: it is
 * loaded again. Stands before the others and imports nothing, so that it comes by itself.
 */
const pauseMs = 3_000;

addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLScriptElement) setTimeout(() => location.reload(), pauseMs);
  },
  // An element's error does not bubble.
  { capture: true },
);

export {};
