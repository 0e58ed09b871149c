/**
 * What a client holds after a return. The SDK decodes a full state over what it held before: it takes away entries of
 * maps and arrays that the full state does not have, but a field that was cleared meanwhile keeps its old value. Here
 * the full state is decoded a second time, as somebody new sees it, and what differs is decoded as the deletions that
 * were missed: instances stay, listeners hear of it. Knows no game.
 */
import type { Room } from "@colyseus/sdk";

/** Of the schema's wire format: what follows is about the object of this number; its field of this number is cleared. */
const switchTo = 0xff;
const uint32 = 0xce;
const clear = 0x40;

type Iterator = { offset: number };
type Schema = Readonly<Record<string, unknown>>;

interface Decoder {
  readonly state: Schema;
  readonly context: unknown;
  readonly root: { readonly refs: ReadonlyMap<number, object> };
  decode(bytes: Uint8Array, it?: Iterator): unknown;
}

/** The SDK's serialiser of rooms with a schema; others have no decoder. */
interface Serializer {
  readonly decoder?: Decoder;
  setState(bytes: Uint8Array, it?: Iterator): void;
}

/** A full state that came after a return: `held` by this client now, and as somebody `fresh` sees it. */
export type Returned<View> = (held: View, fresh: View) => void;

/**
 * To be called before the room's first full state.
 * @param repair false: only tells, as chaos wants it of the SDK without our client
 */
export function followFullStates<View>(
  room: Pick<Room<unknown, View>, "serializer">,
  onReturned: Returned<View>,
  { repair }: { readonly repair: boolean } = { repair: true },
): void {
  const serializer = room.serializer as unknown as Serializer;
  const setState = serializer.setState.bind(serializer);
  let hadState = false;
  serializer.setState = (bytes, it = { offset: 0 }) => {
    const { offset } = it;
    const { decoder } = serializer;
    const isReturn = hadState;
    setState(bytes, it);
    hadState = true;
    if (!isReturn || decoder === undefined) return;
    const fresh = freshLike(decoder);
    fresh.decode(bytes, { offset });
    const missed = repair ? missedDeletions(decoder, fresh) : undefined;
    if (missed !== undefined) decoder.decode(missed);
    onReturned(decoder.state as View, fresh.state as View);
  };
}

/** With nothing decoded, of the same class, in which the room's types are known. */
function freshLike(decoder: Decoder): Decoder {
  const { constructor: OfDecoder } = decoder as unknown as {
    constructor: new (...given: unknown[]) => Decoder;
  };
  const { constructor: OfState } = decoder.state as unknown as { constructor: new () => Schema };
  return new OfDecoder(new OfState(), decoder.context);
}

/** Everything has the same number in both: the server's. @returns undefined when nothing was missed */
function missedDeletions(held: Decoder, fresh: Decoder): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const [number, object] of fresh.root.refs) {
    const stale = staleFields(held.root.refs.get(number), object);
    if (stale.length === 0) continue;
    bytes.push(switchTo, uint32, ...littleEndian(number), ...stale.map((index) => clear | index));
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
}

/** Numbers of the fields that have a value and should have none. Collections have no fields. */
function staleFields(held: object | undefined, fresh: object): number[] {
  if (held === undefined) return [];
  return fieldsOf(fresh).flatMap(({ index, name }) => {
    const isStale = (held as Schema)[name] != null && (fresh as Schema)[name] == null;
    return isStale ? [index] : [];
  });
}

function fieldsOf(object: object): readonly { readonly index: number; readonly name: string }[] {
  const metadata = (object.constructor as { [Symbol.metadata]?: Record<string, SchemaField> })[
    Symbol.metadata
  ];
  return Object.entries(metadata ?? {}).flatMap(([index, { name, deprecated }]) =>
    deprecated === true ? [] : [{ index: Number(index), name }],
  );
}

interface SchemaField {
  readonly name: string;
  readonly deprecated?: boolean;
}

function littleEndian(number: number): number[] {
  return [number & 0xff, (number >>> 8) & 0xff, (number >>> 16) & 0xff, number >>> 24];
}
