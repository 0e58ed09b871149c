/**
 * The router that chaos loses packets at: its commands as text, and where this machine lets us, a real one, with a real
 * connection through it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { Router } from "../../../client-sim/chaos/nemesis/router.ts";
import { leftBehind, lossRules, routerPlan } from "../../../client-sim/chaos/nemesis/router-plan.ts";

describe("the plan of a router", () => {
  it("has names of its own and that a kernel takes, and an address for each who is told apart", () => {
    const plan = routerPlan(4_194_303, 4);
    expect(plan.near).toEqual(["198.18.54.1", "198.18.54.2", "198.18.54.3", "198.18.54.4"]);
    expect(plan.farAddress).toBe("198.19.54.1");
    const words = plan.build.flat();
    const devices = words.filter((_, at) => words[at - 1] === "dev");
    for (const device of devices) expect(device.length).toBeLessThanOrEqual(15);
    expect(words.filter((word) => word === "addr")).toHaveLength(4 + 3);
  });

  it("loses both ways what is one node's", () => {
    const plan = routerPlan(7, 2);
    expect(lossRules(plan, "add", "198.18.8.2").map((args) => args.join(" "))).toEqual([
      "-n holdfast-7-router rule add blackhole from 198.18.8.2",
      "-n holdfast-7-router rule add blackhole to 198.18.8.2",
    ]);
  });

  it("knows which of all namespaces were left behind, and lets others' be", () => {
    const all = "holdfast-7-router (id: 3)\nholdfast-7-far\nholdfast-8-far (id: 1)\nother\nholdfast-x-far\n";
    expect(leftBehind(all, (pid) => pid === 8)).toEqual(["holdfast-7-router", "holdfast-7-far"]);
  });
});

const echo = `
  const server = require("node:net").createServer((socket) => socket.pipe(socket));
  server.listen(0, process.argv[1], () => console.log(server.address().port));
`;

let router: Router | undefined;
let child: ChildProcess | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  if (child?.kill("SIGKILL")) await once(child, "exit");
  await router?.close();
});

/** A connection from a near address to a program on the far side that sends back what it gets. */
async function line(from: string): Promise<{ say: (text: string) => void; heard: () => string }> {
  if (child === undefined) {
    const [program, ...rest] = [...router!.farCommand, process.execPath, "-e", echo, router!.farAddress];
    child = spawn(program!, rest, { stdio: ["ignore", "pipe", "inherit"] });
  }
  port ??= Number((await once(createInterface({ input: child.stdout! }), "line"))[0]);
  const socket = connect({ port, host: router!.farAddress, localAddress: from }).setEncoding("utf8");
  sockets.push(socket);
  let said = "";
  socket.on("data", (text) => {
    said += text;
  });
  await once(socket, "connect");
  return { say: (text) => socket.write(text), heard: () => said };
}
let port: number | undefined;

it("loses what one near address sends and gets, tells nobody, and carries on with all of it", async (context) => {
  const built = await Router.build(2).catch((error: Error) => error);
  if (built instanceof Error) {
    expect(built.message).toContain("needs root on Linux");
    return context.skip(built.message);
  }
  router = built;
  const [first, second] = await Promise.all(router.near.map(line));
  first!.say("a");
  await expect.poll(first!.heard).toBe("a");
  await router.lose(router.near[0]!);
  first!.say("b");
  // The other one's round trip is as long as any: by its end the first would have been heard.
  for (const text of ["1", "12", "123"]) {
    second!.say(text.at(-1)!);
    await expect.poll(second!.heard).toBe(text);
  }
  expect(first!.heard()).toBe("a");
  await router.heal(router.near[0]!);
  await expect.poll(first!.heard).toBe("ab");
});
