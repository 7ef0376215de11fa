/** The OpenAPI document as one page of HTML: no script, nothing from elsewhere. */
import { PROBLEM_KINDS } from './problem.ts';

/** As much of OpenAPI 3.1 as the page shows. */
export interface OpenApi {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Shape> };
}
interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Shape; description?: string }[];
  requestBody?: { content: Record<string, { schema: Shape }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema: Shape }> }>;
}
interface Shape {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: string[];
  description?: string;
  format?: string;
}

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`).replace(/`([^`]+)`/g, '<code>$1</code>');

export function docsPage({ info, tags, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  const sections = tags.map(
    tag =>
      `<section><h2 id="${tag.name}">${escaped(tag.name)}</h2><p>${escaped(tag.description)}</p>${operations
        .filter(operation => operation.tags?.includes(tag.name))
        .map(operationHtml)
        .join('')}</section>`,
  );
  const schemas = Object.entries(components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, shape]) => `<h3 id="schema-${name}">${escaped(name)}</h3>${shapeHtml(shape)}`);
  const problems = Object.entries(PROBLEM_KINDS).map(
    ([tag, words]) => `<dt id="${tag}"><code>${tag}</code></dt><dd>${escaped(words)}</dd>`,
  );
  const links = [...tags.map(({ name }) => name), 'problems', 'schemas'];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} API</title><link rel="stylesheet" href="/docs/style.css"></head>
<body><header><h1>${escaped(info.title)} API <small>${escaped(info.version)}</small></h1>
<p>${escaped(info.description)} The same as a document: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
<nav>${links.map(name => `<a href="#${name}">${name}</a>`).join(' ')}</nav></header>
<main>${sections.join('')}
<section><h2 id="problems">problems</h2><p>Every error is a problem of RFC 9457; its type leads here.</p><dl>${problems.join('')}</dl></section>
<section><h2 id="schemas">schemas</h2>${schemas.join('')}</section></main></body></html>
`;
}

function operationHtml({ path, method, ...operation }: Operation & { path: string; method: string }): string {
  const { summary = '', description, parameters = [], requestBody, responses } = operation;
  const rows = parameters.map(
    one =>
      `<tr><td><code>${escaped(one.name)}</code></td><td>${one.in}${one.required ? ', required' : ''}</td><td>${typeHtml(one.schema)}</td><td>${escaped(one.description ?? one.schema.description ?? '')}</td></tr>`,
  );
  const contents = (content: Record<string, { schema: Shape }> = {}) =>
    Object.entries(content).map(([type, { schema }]) => `<code>${escaped(type)}</code> ${typeHtml(schema)}`);
  const answers = Object.entries(responses).map(
    ([status, { content }]) =>
      `<tr><td><code>${status}</code></td><td>${contents(content).join('<br>')}</td></tr>`,
  );
  return `<article><h3><span class="method">${method.toUpperCase()}</span> <code>${escaped(path)}</code></h3>
<p>${escaped(summary)}${description ? `. ${escaped(description)}` : ''}</p>${
    rows.length > 0 ? `<table>${rows.join('')}</table>` : ''
  }${requestBody ? `<p>Body: ${contents(requestBody.content).join(' or ')}</p>` : ''}<table>${answers.join('')}</table></article>`;
}

function shapeHtml(shape: Shape): string {
  if (!shape.properties) return `<p>${typeHtml(shape)}</p>`;
  const rows = Object.entries(shape.properties).map(
    ([name, inner]) =>
      `<tr><td><code>${escaped(name)}</code>${shape.required?.includes(name) ? '' : '?'}</td><td>${typeHtml(inner)}</td><td>${escaped(inner.description ?? '')}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}

function typeHtml(shape: Shape): string {
  if (shape.$ref) {
    const name = shape.$ref.split('/').at(-1) ?? '';
    return `<a href="#schema-${name}">${escaped(name)}</a>`;
  }
  if (shape.anyOf) return shape.anyOf.map(typeHtml).join(' | ');
  if (shape.enum) return shape.enum.map(value => `<code>${escaped(String(value))}</code>`).join(' | ');
  if (shape.type === 'array') return `${shape.items ? typeHtml(shape.items) : 'any'}[]`;
  if (shape.properties)
    return `{ ${Object.entries(shape.properties)
      .map(([name, inner]) => `${escaped(name)}: ${typeHtml(inner)}`)
      .join(', ')} }`;
  return escaped(shape.format ? `${shape.type} (${shape.format})` : (shape.type ?? 'any'));
}

export const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:0 auto;padding:1rem}
code{font:0.9em ui-monospace,monospace}
h1 small{font-weight:400;opacity:.7}
nav a{margin-right:.75rem}
article{border-top:1px solid #8886;padding:.5rem 0}
h3{margin:.5rem 0}
.method{display:inline-block;min-width:4.5rem;font-weight:700}
table{border-collapse:collapse;margin:.5rem 0;display:block;overflow-x:auto}
td{padding:.15rem .75rem .15rem 0;vertical-align:top}
dt{margin-top:.5rem}
:target{outline:2px solid Highlight;outline-offset:4px}
`;
