import type { Clock } from '../../clock.ts';
import { makeElement } from './make-element.ts';
import { button, buttonRow, panel } from './panels.ts';

/** The Shape Detection API, as far as it is used. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorMaker = new (options: { readonly formats: readonly string[] }) => Detector;

const lookMs = 200;

/** Whether this browser reads QR codes and has cameras. */
export function canScan(): boolean {
  return detectorMaker() !== undefined && 'mediaDevices' in navigator;
}

/** Shows the camera in `place` until it has read a QR code; undefined when a person stops it, or there is no camera. */
export async function scanLabel(place: HTMLElement, clock: Clock): Promise<string | undefined> {
  const Maker = detectorMaker();
  if (Maker === undefined) return undefined;
  let camera: MediaStream;
  try {
    camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch {
    refuse(place, 'The camera cannot be used.', 'Allow it to this page, or type the code.');
    return undefined;
  }
  const stopped = new AbortController();
  const stop = button('Stop', 'plain', () => stopped.abort());
  const video = makeElement('video', { playsinline: '', 'aria-label': 'What the camera sees' });
  place.replaceChildren(video, buttonRow(stop));
  try {
    video.muted = true;
    video.srcObject = camera;
    await video.play();
    const detector = new Maker({ formats: ['qr_code'] });
    for (;;) {
      const [found] = await detector.detect(video);
      if (found !== undefined) return found.rawValue;
      await new Promise<void>((resolve) => clock.after(lookMs, resolve));
      if (stopped.signal.aborted || !video.isConnected) return undefined;
    }
  } catch {
    // Some browsers have the detector, and the system behind it none.
    if (video.isConnected) refuse(place, 'This browser cannot read the QR code.', 'Type the code.');
    return undefined;
  } finally {
    for (const track of camera.getTracks()) track.stop();
    if (video.isConnected) place.replaceChildren();
  }
}

function refuse(place: HTMLElement, title: string, hint: string): void {
  place.replaceChildren(panel('warn', title, makeElement('p', {}, hint)));
}

function detectorMaker(): DetectorMaker | undefined {
  return (globalThis as { readonly BarcodeDetector?: DetectorMaker }).BarcodeDetector;
}
