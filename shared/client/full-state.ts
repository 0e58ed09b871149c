/**
 * Repairs the View that a client holds after a return. The SDK decodes the full state over the old one: it removes map
 * and array entries that are gone, but a field that was cleared meanwhile keeps its old value. Here the full state is
 * decoded a second time, as a new client does it, and the differences are applied as the deletions that were missed.
 * Instances stay, and listeners are called. Knows no game.
 */
import type { Room } from "@colyseus/sdk";

/** Operations of the schema's wire format: "the following is about object N" and "clear field N of it". */
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

/** The SDK's serializer for rooms with a schema; other serializers have no decoder. */
interface Serializer {
  readonly decoder?: Decoder;
  setState(bytes: Uint8Array, it?: Iterator): void;
}

/** Called with the full state after a return: as this client holds it now, and freshly decoded. */
export type Returned<View> = (held: View, fresh: View) => void;

/**
 * Must be called before the room's first full state.
 * @param repair false: only reports, for chaos, which tries the SDK without this client
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

/** An empty decoder of the same class that knows the room's types. */
function freshLike(decoder: Decoder): Decoder {
  const { constructor: OfDecoder } = decoder as unknown as {
    constructor: new (...given: unknown[]) => Decoder;
  };
  const { constructor: OfState } = decoder.state as unknown as { constructor: new () => Schema };
  return new OfDecoder(new OfState(), decoder.context);
}

/** Both decoders use the server's numbers for objects. @returns undefined when nothing was missed */
function missedDeletions(held: Decoder, fresh: Decoder): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const [number, object] of fresh.root.refs) {
    const stale = staleFields(held.root.refs.get(number), object);
    if (stale.length === 0) continue;
    bytes.push(switchTo, uint32, ...littleEndian(number), ...stale.map((index) => clear | index));
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
}

/** Numbers of the fields that still have a value but should have none. Collections have no fields. */
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
