/**
 * A spectator's socket directly to a node, past the load balancer, which stays open whatever happens. It shows whether
 * a node still sends messages of a match that has another owner. It decodes nothing and never reconnects.
 */
import { reserveSeat } from "../../../shared/client/api.ts";
import { beginSession } from "../../../shared/client/sessions.ts";
import { LightSocket } from "../../bench/light-socket.ts";

/** Colyseus' message kinds in the low five bits of the first byte. */
const kinds = { join: 10, state: 14, patch: 15 } as const;
const kindMask = 0x1f;

export interface StaleOwnerDetectorOptions {
  /** The API, which gives the seat. */
  readonly url: string;
  readonly game: string;
  readonly matchId: string;
  /** The node's port on this machine. */
  readonly nodePort: number;
}

export class StaleOwnerDetector {
  readonly matchId: string;
  /** Full states and patches. */
  states = 0;
  /** Messages of any kind. */
  messages = 0;
  closed = false;
  #socket: LightSocket | undefined;

  private constructor(matchId: string) {
    this.matchId = matchId;
  }

  /** Resolves when it is connected. @throws Error when the match refuses it */
  static async open({
    url,
    game,
    matchId,
    nodePort,
  }: StaleOwnerDetectorOptions): Promise<StaleOwnerDetector> {
    const { token } = await beginSession({ url }, "Detector");
    const { reservation } = await reserveSeat({ url, token }, { game, matchId, spectate: true });
    const { processId, roomId, sessionId } = reservation;
    const detector = new StaleOwnerDetector(matchId);
    const address = `ws://127.0.0.1:${nodePort}/${processId}/${roomId}?sessionId=${sessionId}`;
    detector.#socket = await LightSocket.open(address, {
      message: (payload, socket) => detector.#hear(payload[0]! & kindMask, socket),
      closed: () => {
        detector.closed = true;
      },
    });
    return detector;
  }

  close(): void {
    this.#socket?.close();
  }

  #hear(kind: number, socket: LightSocket): void {
    this.messages += 1;
    if (kind === kinds.join) socket.send(Uint8Array.of(kinds.join));
    if (kind === kinds.state || kind === kinds.patch) this.states += 1;
  }
}
