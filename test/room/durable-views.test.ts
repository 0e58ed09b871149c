/** Views of clients with a list, as a durable room keeps them: whatever a room has put into the list. */
import { StateView } from "@colyseus/schema";
import { expect, it } from "vitest";
import { newUnit, StateUnderTest, TestClient } from "./durable-setup.ts";

function viewer(room: StateUnderTest): { readonly client: TestClient; readonly view: StateView } {
  const view = new StateView(true);
  const client = new TestClient("one", view);
  room.join(client);
  return { client, view };
}

it("[P5.22] the list of a view has after a restore what is in the state of it, in its order", () => {
  const room = new StateUnderTest();
  const { client, view } = viewer(room);
  for (const at of ["a", "b", "c"]) room.state.units.set(at, newUnit(at.charCodeAt(0)));
  for (const at of ["c", "a"]) view.add(room.state.units.get(at) as never);
  room.patch();
  room.restore();
  const { units } = room.state;
  expect(client.view!.items).toEqual([units.get("c"), units.get("a")]);
});

it("[P5.22] what a list has that is in no state, or no more, stops no room: the rest of it is kept", () => {
  const room = new StateUnderTest();
  const { client, view } = viewer(room);
  for (const at of ["a", "b"]) room.state.units.set(at, newUnit(at.charCodeAt(0)));
  for (const at of ["a", "b"]) view.add(room.state.units.get(at) as never);
  room.patch();
  view.items.push({ made: "by hand" } as never, newUnit(9) as never);
  room.state.units.delete("b");
  view.add(room.state.units.get("a") as never);
  // Everything is written down anew.
  room.views.forget();
  room.patch();
  room.restore();
  expect(client.view!.items.every((item) => item === (room.state.units.get("a") as never))).toBe(true);
  expect(client.view!.items.length).toBeGreaterThan(0);
});
