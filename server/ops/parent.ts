/**
 * The supervisor as its child sees it: how to send it a message, wait for its order, and end with it. Everything here
 * does nothing in a process that was started by hand.
 */
import type { ChildMessage, ParentMessage } from "./child-messages.ts";

/**
 * Call it first in a child. Invariant: a child never outlives its supervisor, not even one that was killed with
 * SIGKILL, because its end of the ipc channel closes then. What was not durable was never shown, so exiting
 * immediately is safe. Ctrl-C reaches the whole terminal; only the supervisor decides what it means.
 */
export function exitWithParent(): void {
  if (process.send === undefined) return;
  // The parent died while this process was still loading.
  if (!process.connected) process.exit(0);
  // By force: the reader of the log died with the parent, and then the log's own exit hook may write for ever in vain.
  // Nothing that a player saw is lost by it.
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.on("SIGINT", () => {});
}

export function tellParent(message: ChildMessage): void {
  if (!process.connected) return;
  // The channel may close before the message is sent; then this process is about to exit anyway.
  process.send?.(message, undefined, {}, () => {});
}

/** For the standby: call it when everything is loaded and nothing has been touched. */
export function waitForGo(): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: ParentMessage) => {
      if (message.type !== "go") return;
      process.off("message", listen);
      resolve();
    };
    process.on("message", listen);
    tellParent({ type: "standby-ready" });
  });
}
