/** Two soft notes and a rest, again and again. */
const EVERY_MS = 3000;
const NOTES_HZ = [659.25, 783.99];
const NOTE_S = 0.35;
const LOUD = 0.08;

let context: AudioContext | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

/** Rings until `hush`. Browsers are silent until somebody clicked anywhere in the page. */
export function ring(): void {
  if (timer) return;
  play();
  timer = setInterval(play, EVERY_MS);
}

export function hush(): void {
  clearInterval(timer);
  timer = undefined;
}

function play(): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') context.resume().catch(() => undefined);
  if (context.state !== 'running') return;
  for (const [place, frequency] of NOTES_HZ.entries()) {
    const start = context.currentTime + place * NOTE_S;
    const note = new OscillatorNode(context, { frequency });
    const loudness = new GainNode(context, { gain: 0 });
    // Swells and fades, so that nothing clicks.
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(LOUD, start + 0.05);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S * 2);
    note.connect(loudness).connect(context.destination);
    note.start(start);
    note.stop(start + NOTE_S * 2);
  }
}
