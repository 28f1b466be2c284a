/** Reads server-sent events out of text that arrives in pieces (the HTML standard's "event stream interpretation"). */
export interface Frame {
  /** The place in the stream after this frame; null when it names none. */
  id: string | null;
  event: string;
  data: string;
}

export interface FrameReader {
  /** Takes the next piece of text, wherever it was cut. */
  feed(text: string): void;
}

/** Hands each whole frame on; comments are nothing but a sign of life. `onRetry` hears the wait that the server asks for. */
export function createFrameReader(
  onFrame: (frame: Frame) => void,
  onRetry: (waitMs: number) => void,
): FrameReader {
  let rest = '';
  let frame: Frame = empty();

  function readLine(line: string): void {
    if (line === '') {
      const whole = frame;
      frame = empty();
      if (whole.data || whole.event || whole.id !== null) onFrame(whole);
      return;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') frame.data += frame.data ? `\n${value}` : value;
    else if (name === 'event') frame.event = value;
    else if (name === 'id') frame.id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) onRetry(Number(value));
  }

  function feed(text: string): void {
    rest += text;
    // A carriage return at the very end may be half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) readLine(line);
  }

  return { feed };
}

const empty = (): Frame => ({ id: null, event: '', data: '' });
