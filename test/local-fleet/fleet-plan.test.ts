/** Who is at which port, and where the next process of a place begins. */
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { fleetPlan, matchmakerAddresses, nextPlace } from "../../local-fleet/fleet-plan.ts";
import { freePorts } from "../../local-fleet/free-ports.ts";

const host = "127.0.0.1";
const size = { rooms: 2, matchmakers: 2, port: 0, host, balancer: true };

test("behind a load balancer a matchmaker has two ports in turn, and the load balancer knows both", async () => {
  const plan = await fleetPlan(size, 0.1);
  const matchmakers = plan.places.filter(({ role }) => role === "matchmaker");
  expect(plan.places.map(({ name }) => name)).toEqual(["room-1", "room-2", "matchmaker-1", "matchmaker-2"]);
  const first = matchmakers[0]!;
  const next = await nextPlace(first, plan.places, host);
  expect(next).toEqual({ ...first, port: first.otherPort, otherPort: first.port });
  expect(await nextPlace(next, plan.places, host)).toEqual(first);
  const ports = matchmakers.flatMap(({ port, otherPort }) => [port, otherPort]);
  expect(matchmakerAddresses(plan)).toEqual(ports.map((port) => `127.0.0.1:${port}`));
});

test("a room's next process is at a port that nobody has, dead or alive", async () => {
  const plan = await fleetPlan(size, 0.2);
  const [room] = plan.places;
  const { port } = await nextPlace(room!, plan.places, host);
  expect(plan.places.flatMap((place) => [place.port, place.otherPort])).not.toContain(port);
});

test("without a load balancer the first matchmaker is the fleet's address, and keeps it", async () => {
  const plan = await fleetPlan({ ...size, balancer: false }, 0.3);
  const first = plan.places.find(({ role }) => role === "matchmaker")!;
  expect(first.port).toBe(plan.port);
  expect(await nextPlace(first, plan.places, host)).toEqual(first);
});

test("no port twice", async () => {
  const { port, redisPort, places } = await fleetPlan(size, 0.4);
  const all = [port, redisPort, ...places.flatMap((place) => [place.port, place.otherPort ?? -1])];
  const taken = all.filter((each) => each > 0);
  expect(new Set(taken).size).toBe(taken.length);
});

test("a port that is in use is passed over", async () => {
  const [free] = await freePorts(23_000, 1, [host]);
  const server = createServer().listen(free, host);
  await once(server, "listening");
  expect(await freePorts(free!, 1, [host])).not.toEqual([free]);
  server.close();
});

test("[P7] when there are none, the message says what to do", async () => {
  await expect(freePorts(32_767, 2, [host])).rejects.toThrow("choose another --port");
});

test("[P7] the fleet's own port is asked for before anything starts, and its message says what to do", async () => {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const refused = await fleetPlan({ ...size, port }, 0.5).catch((error) => error);
  server.close();
  expect(refused).toMatchObject({ code: "port/taken" });
  expect(refused.message).toContain(`127.0.0.1:${port}`);
  expect(refused.message).toContain("--port");
});
