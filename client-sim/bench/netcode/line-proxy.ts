/**
 * Stands between a client and its server, and makes both ways as long and as uneven as a line: bytes come late, in order and
 * whole, as TCP has them. It knows nothing of what they say.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Chance } from "../../../shared/game/deterministic/chance.ts";
import { type LineKind, latenessOf } from "./lines.ts";

/** Bytes on their way at once; beyond it the sender waits. */
const onItsWayMax = 8 * 1024 * 1024;

export interface LineProxy {
  readonly url: string;
  stop(): void;
}

export async function startLineProxy(server: string, kind: LineKind, seed: number): Promise<LineProxy> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  const beganMs = performance.now();
  const chance = new Chance({ random: seed });
  const way = (from: Socket, to: Socket) => {
    const late = () => latenessOf(kind, chance, performance.now() - beganMs) + kind.roundTripMs / 2;
    follow({ from, to, late });
  };
  const proxy = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: Number(port), host: hostname, noDelay: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    }
    way(near, far);
    way(far, near);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface LineWay {
  readonly from: Socket;
  readonly to: Socket;
  readonly late: () => number;
}

function follow({ from, to, late }: LineWay): void {
  let [freeAtMs, onItsWay] = [0, 0];
  const coming: { readonly atMs: number; readonly act: () => void }[] = [];
  // One timer for all: of two with different lengths the later one may fire first.
  let isTimed = false;
  const wait = () => {
    if (isTimed || coming.length === 0) return;
    isTimed = true;
    setTimeout(arrive, Math.max(0, coming[0]!.atMs - performance.now()));
  };
  const arrive = () => {
    isTimed = false;
    while (coming[0] !== undefined && coming[0].atMs <= performance.now()) coming.shift()!.act();
    wait();
  };
  const inOrder = (act: () => void) => {
    freeAtMs = Math.max(freeAtMs, performance.now() + late());
    coming.push({ atMs: freeAtMs, act });
    wait();
  };
  from.on("data", (bytes) => {
    onItsWay += bytes.length;
    if (onItsWay > onItsWayMax) from.pause();
    inOrder(() => {
      onItsWay -= bytes.length;
      if (from.isPaused()) from.resume();
      if (!to.destroyed) to.write(bytes);
    });
  });
  from.once("close", () => inOrder(() => to.destroy()));
}
