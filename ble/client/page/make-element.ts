export type Child = Node | string;
export type Attributes = Readonly<Record<string, string | undefined>>;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** An HTML element. Text stays text: no name of a network can become markup. */
export function makeElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, children);
}

/** A picture of 24 by 24 from outlines; it says nothing to a screen reader. */
export function makeIcon(kind: string, ...outlines: readonly string[]): SVGSVGElement {
  const paths = outlines.map((d) => filled(document.createElementNS(svgNamespace, 'path'), { d }, []));
  const picture = document.createElementNS(svgNamespace, 'svg');
  return filled(picture, { viewBox: '0 0 24 24', class: `icon ${kind}`, 'aria-hidden': 'true' }, paths);
}

export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

export function skeletonElement(id: string): HTMLElement {
  return document.getElementById(id) ?? makeElement('div');
}

function filled<Made extends Element>(made: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...children);
  return made;
}
