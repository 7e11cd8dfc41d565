import { makeSvg } from './make-element.ts';
import { qrPath, quietZone } from './qr-path.ts';

/** Dark on light in every colour scheme, as readers want it. */
export function makeQrPicture(rows: readonly string[], label: string): SVGSVGElement {
  const size = rows.length + 2 * quietZone;
  return makeSvg(
    'svg',
    { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label },
    makeSvg('rect', { width: String(size), height: String(size), fill: '#fff' }),
    makeSvg('path', { d: qrPath(rows), fill: '#000', 'shape-rendering': 'crispEdges' }),
  );
}
