/** The file in which the house bots keep their seats: what is in it comes back, and nothing in it can stop them. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HouseSeats } from "../../../client-sim/bots/house-seats.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "holdfast-house-"));
  path = join(directory, "data", "house-bots.json");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const seat = { tokens: { token: "t", refreshToken: "r", refreshAtMs: 1 }, matchId: "m" };

test("[P5] what one process wrote down the next one reads, and nobody else can", () => {
  HouseSeats.read(path).put("Agate", seat);
  HouseSeats.read(path).put("Basalt", seat);
  const read = HouseSeats.read(path);
  expect([read.of("Agate"), read.of("Basalt"), read.of("Chert")]).toEqual([seat, seat, undefined]);
  if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  read.put("Agate", undefined);
  expect(HouseSeats.read(path).of("Agate")).toBeUndefined();
});

test.each(["", "null", "[1]", '{"Agate":{"tokens":{"token":1},"matchId":"m"}}', '{"Agate":null}', "{"])(
  "[P7] a file that holds %j is none",
  (text) => {
    HouseSeats.read(path).put("Agate", seat);
    writeFileSync(path, text);
    expect(HouseSeats.read(path).of("Agate")).toBeUndefined();
  },
);

test("[P7] bots that cannot write it down play all the same", () => {
  writeFileSync(join(directory, "data"), "a file in the place of the directory");
  const seats = HouseSeats.read(path);
  seats.put("Agate", seat);
  expect(seats.of("Agate")).toEqual(seat);
});
