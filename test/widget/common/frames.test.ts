import { describe, expect, it } from 'vitest';
import { createFrameReader, type Frame } from '../../../widget/common/live/frames.ts';

function read(...pieces: string[]) {
  const frames: Frame[] = [];
  const waits: number[] = [];
  const reader = createFrameReader(
    (frame) => frames.push(frame),
    (waitMs) => waits.push(waitMs),
  );
  for (const piece of pieces) reader.feed(piece);
  return { frames, waits };
}

const TEXT = 'id: 1:a\nevent: comment.created\ndata: {"x":1}\n\nevent: bye\ndata:\n\n';
const FRAMES = [
  { id: '1:a', event: 'comment.created', data: '{"x":1}' },
  { id: null, event: 'bye', data: '' },
];

describe('frames of an event stream', () => {
  it('are read whole', () => {
    expect(read(TEXT).frames).toEqual(FRAMES);
  });

  it.each([1, 2, 3, 7])('are the same when they come in pieces of %d', (size) => {
    const pieces = TEXT.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(read(...pieces).frames).toEqual(FRAMES);
  });

  it.each(['\r\n', '\r'])('may end their lines with %j', (end) => {
    const pieces = [...`${TEXT.replaceAll('\n', end)}:\n`];
    expect(read(...pieces).frames).toEqual(FRAMES);
  });

  it('join lines of data, and leave one space out', () => {
    expect(read('data:a\ndata:  b\n\n').frames).toEqual([{ id: null, event: '', data: 'a\n b' }]);
  });

  it('are not made by signs of life', () => {
    expect(read(': alive\n\n', ':\n\n').frames).toEqual([]);
  });

  it('bring the wait that the server asks for', () => {
    expect(read('retry: 2000\n\nretry: soon\n\n')).toEqual({ frames: [], waits: [2000] });
  });

  it('are not handed on before they are whole', () => {
    expect(read('event: ready\ndata: {}\n').frames).toEqual([]);
  });
});
