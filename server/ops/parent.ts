/**
 * The supervisor as its child sees it: how to tell it something, how to wait for its order, how not to
 * outlive it. All of it does nothing in a process that was started by hand.
 */
import type { ChildMessage, ParentMessage } from "./child-messages.ts";

/**
 * Call first thing in a child. Invariant: a child never outlives its supervisor, not even one that was killed
 * with SIGKILL: its end of the ipc channel closes then. What was not durable was never shown, so exiting on
 * the spot is safe. Ctrl-C goes to the whole terminal; the supervisor alone decides what it means.
 */
export function exitWithParent(): void {
  if (process.send === undefined) return;
  // The parent died while this process was still loading.
  if (!process.connected) process.exit(0);
  process.once("disconnect", () => process.exit(0));
  process.on("SIGINT", () => {});
}

export function tellParent(message: ChildMessage): void {
  if (!process.connected) return;
  // The channel may close under the message; then this process is about to exit anyway.
  process.send?.(message, undefined, {}, () => {});
}

/** Of the standby: call when everything is loaded and nothing is touched. */
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
