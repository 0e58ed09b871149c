/**
 * The privates of the SDK that our client uses: each has the shape that was read, and its check fails when it is gone or
 * changed. Only copies are changed here; the packages stay as they are.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Encoder, Reflection, schema, t } from "@colyseus/schema";
import { expect, test } from "vitest";
import {
  assertSdkInternals,
  type Decoder,
  installedSerializer,
  SdkInternalsError,
  type SerializerClass,
  sdkReadIn,
  sdkRows,
  sentForACheck,
} from "../../shared/client/sdk-internals.ts";

/** A serializer whose decoder is changed when it has its types. */
function changing(change: (decoder: Decoder) => object): SerializerClass {
  return class extends installedSerializer {
    override handshake(bytes: Uint8Array): void {
      super.handshake(bytes);
      Object.assign(this, { decoder: change(this.decoder!) });
    }
  };
}

/** The same decoder, with other members. */
const having = (members: object) => (decoder: Decoder) =>
  Object.create(decoder, Object.getOwnPropertyDescriptors(members));

const sabotaged: Readonly<Record<string, SerializerClass>> = {
  "SchemaSerializer#setState, #decoder": class extends installedSerializer {
    override setState(bytes: Uint8Array): void {
      super.setState(bytes);
    }
  },
  "Decoder#constructor, #context": changing(having({ context: undefined })),
  "Decoder#root.refs": changing((decoder) => {
    const { root } = decoder;
    Object.defineProperty(root, "refs", {
      value: new Map([...root.refs].map(([number, of]) => [number + 1, of])),
    });
    return decoder;
  }),
  "Schema.constructor[Symbol.metadata]": changing((decoder) => {
    Object.defineProperty(decoder.state.constructor, Symbol.metadata, { value: { 0: { name: "kept" } } });
    return decoder;
  }),
  "Decoder#decode": changing((decoder) => {
    const decode = decoder.decode.bind(decoder);
    return Object.assign(decoder, {
      decode: (bytes: Uint8Array, it?: { offset: number }) =>
        bytes[1] === 0xce ? undefined : decode(bytes, it),
    });
  }),
};

test("[P5.3] every private of the SDK that the client uses is what was read", () => {
  expect(() => assertSdkInternals(class extends installedSerializer {})).not.toThrow();
});

test("every private is sabotaged here", () => {
  expect(Object.keys(sabotaged)).toEqual(sdkRows.map(({ name }) => name));
});

test.each(Object.entries(sabotaged))(
  "[P5.3] an SDK in which %s is not what was read is refused",
  (name, changed) => {
    const { of, why } = sdkRows.find((row) => row.name === name)!;
    const said = `${name} of ${of}, read in ${sdkReadIn[of]}, is different here (${why})`;
    expect(() => assertSdkInternals(changed)).toThrow(SdkInternalsError);
    expect(() => assertSdkInternals(changed)).toThrow(said);
  },
);

test("what is decoded for the check is what a server sends", () => {
  const Held = schema({ word: t.string() }, "HeldForACheck");
  const View = schema({ kept: t.string(), held: Held }, "ViewForTheSdk");
  const view = Object.assign(new View(), { kept: "a", held: Object.assign(new Held(), { word: "b" }) });
  const encoder = new Encoder(view);
  expect([...Reflection.encode(encoder)]).toEqual(sentForACheck.types);
  expect([...encoder.encodeAll()]).toEqual(sentForACheck.state);
});

test("the versions in which the privates were read are those that are installed", () => {
  const root = join(import.meta.dirname, "../..");
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(dependencies).toMatchObject(sdkReadIn);
});
