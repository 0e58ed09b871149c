/** The port that a supervisor keeps, with real processes that come and go behind it. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { KeptPort } from "../../server/ops/kept-port.ts";
import { nodeSpawner } from "../../server/ops/spawner.ts";

const host = "127.0.0.1";
const entry = join(import.meta.dirname, "kept-port-child.ts");
const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

async function keep(): Promise<{ port: KeptPort; next: () => Promise<ChildProcess> }> {
  const port = (await KeptPort.open({ host, port: 0 }))!;
  ended.push(() => port.close());
  const spawner = nodeSpawner({ entry, argv: [], bots: () => [], port });
  const next = async () => {
    const child = spawner("server", undefined);
    ended.push(() => child.kill("SIGKILL"));
    await once(child, "message");
    return child;
  };
  return { port, next };
}

/** Who served it; the error's code when nobody did. */
async function served(port: number): Promise<string> {
  const socket = connect(port, host);
  return text(socket).catch((error) => error.code);
}

async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

test("[P5] who connects while no process lives waits, and the next one serves them", async () => {
  const { port, next } = await keep();
  const first = await next();
  expect(await served(port.port)).toBe(String(first.pid));
  await killed(first);
  // More than Node's own length of the queue, all of them connected before anybody could serve them.
  const sockets = Array.from({ length: 600 }, () => connect(port.port, host));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const second = await next();
  expect(new Set(await Promise.all(sockets.map((socket) => text(socket))))).toEqual(
    new Set([String(second.pid)]),
  );
});

test("[P5] the parent takes no connection for itself, not even one", async () => {
  const { port, next } = await keep();
  const child = await next();
  const answers = await Promise.all(Array.from({ length: 50 }, () => served(port.port)));
  expect(new Set(answers)).toEqual(new Set([String(child.pid)]));
});

test("once the port is let go and its child is dead, who connects is refused", async () => {
  const { port, next } = await keep();
  const child = await next();
  port.close();
  expect(await served(port.port)).toBe(String(child.pid));
  await killed(child);
  expect(await served(port.port)).toBe("ECONNREFUSED");
  ended.shift();
});

test("[P7] a port that is taken is an error with its code before any child is started", async () => {
  const other = createServer().listen(0, host);
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  await expect(KeptPort.open({ host, port })).rejects.toMatchObject({ code: "port/taken" });
  await expect(KeptPort.open({ host: "no-such-host.invalid", port: 0 })).rejects.toMatchObject({
    code: "host/unusable",
  });
  other.close();
});
