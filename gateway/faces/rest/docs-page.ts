import type { StaticAsset } from './route.ts';

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>eGW API</title>
<link rel="stylesheet" href="/api/docs/docs.css">
<h1>eGW API</h1>
<form id="access"><label>Token <input id="token" type="password" autocomplete="off" placeholder="egw_…"></label>
<button>Show</button></form>
<p id="message" role="status">Nothing is shown without a token with the scope <code>read</code>.</p>
<main id="operations"></main>
<script type="module" src="/api/docs/docs.js"></script>
</html>
`;

const css = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
input { width: 24rem; max-width: 70vw; font-family: monospace; }
details { border-top: 1px solid #8886; padding: .4rem 0; }
summary { cursor: pointer; }
pre { overflow: auto; background: #8882; padding: .6rem; border-radius: .3rem; font-size: .85rem; }
.method { display: inline-block; width: 4.5rem; font-weight: 700; }
.path { font-family: monospace; }
.scope { float: right; opacity: .7; }
`;

/** Only text nodes are made from what the document says, so nothing in it can become markup. */
const script = `const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const block = (title, value) => [element('h4', {}, title), element('pre', {}, JSON.stringify(value, null, 2))];
const operation = (path, method, { summary, parameters, requestBody, responses, ...rest }) =>
  element('details', {},
    element('summary', {},
      element('span', { className: 'method' }, method.toUpperCase()),
      element('span', { className: 'path' }, path),
      element('span', { className: 'scope' }, rest['x-scope'] ?? 'open')),
    element('p', {}, summary ?? ''),
    ...(parameters ? block('Parameters', parameters) : []),
    ...(requestBody ? block('Body', requestBody.content['application/json'].schema) : []),
    ...block('Answers', responses));
const message = document.getElementById('message');
document.getElementById('access').addEventListener('submit', async (event) => {
  event.preventDefault();
  const operations = document.getElementById('operations');
  operations.replaceChildren();
  try {
    const answer = await fetch('/api/openapi.json', { headers: { authorization: 'Bearer ' + document.getElementById('token').value.trim() } });
    const body = await answer.json();
    if (!answer.ok) { message.textContent = body.detail + (body.hint ? ' (' + body.hint + ')' : ''); return; }
    message.textContent = body.info.description;
    for (const [path, methods] of Object.entries(body.paths))
      for (const [method, described] of Object.entries(methods)) operations.append(operation(path, method, described));
  } catch (error) { message.textContent = 'The gateway does not answer: ' + error.message; }
});
`;

/** The page that shows the API's description: a shell without data, which asks for a token. */
export const docsAssets: ReadonlyMap<string, StaticAsset> = new Map([
  ['/api/docs', { contentType: 'text/html; charset=utf-8', body: html }],
  ['/api/docs/docs.css', { contentType: 'text/css; charset=utf-8', body: css }],
  ['/api/docs/docs.js', { contentType: 'text/javascript; charset=utf-8', body: script }],
]);
