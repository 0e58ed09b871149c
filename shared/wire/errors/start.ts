/** Rows of the error catalogue: settings, ports, nodes. What the fields mean: error-entry.ts. */
import type { ErrorEntry } from "./error-entry.ts";

export const startErrors = {
  "port/taken": {
    advice: "Another program uses this address and port. Stop it, or choose another --port.",
    retry: false,
    ends: "badSetting",
  },
  "port/not-allowed": {
    advice: "The user of this process may not use this port. Choose a --port of 1024 or more.",
    retry: false,
    ends: "badSetting",
  },
  "host/unusable": {
    advice: "This machine has no such address. Check --host.",
    retry: false,
    ends: "badSetting",
  },
  "address/invalid": {
    advice: "It must be host:port, an IPv6 address in brackets. Correct the setting that is named.",
    retry: false,
    ends: "badSetting",
  },
  "origin/invalid": {
    advice: "--allowed-origins cannot be read; the message says why. Correct the setting.",
    retry: false,
    ends: "badSetting",
  },
  "colyseus/changed": {
    advice:
      "An installed package is not the version that Holdfast was written for. Install those of package-lock.json: npm ci.",
    retry: false,
    ends: "badSetting",
  },
  "game/invalid": {
    advice: "The module of --games cannot be used; the message says which file and why. Correct it.",
    retry: false,
    ends: "badSetting",
  },
  "rooms/invalid": {
    advice:
      "The module of --rooms cannot be used; the message says which room or option, and why. Correct it.",
    retry: false,
    ends: "badSetting",
  },
  "rooms/other-copy": {
    advice:
      "The module of --rooms uses another copy of Colyseus than this server. Install one version of the package that is named.",
    retry: false,
    ends: "badSetting",
  },
  "page/not-there": {
    advice: "The folder of --web has no index.html. Build your page first, or correct the setting.",
    retry: false,
    ends: "badSetting",
  },
  "game/unknown": {
    advice: "This server has no game of that name.",
    status: 404,
    retry: false,
    player: "This server has no such game.",
  },
  "queue/invalid": {
    advice: "The queues of --queues cannot be used; the message says which and why. Correct the file.",
    retry: false,
    ends: "badSetting",
  },
  "session/provider-invalid": {
    advice: "The settings of the identity provider contradict each other. Correct them.",
    retry: false,
    ends: "badSetting",
  },
  "session/other-secret": {
    advice:
      "The session keys in the store were sealed with another secret. Give all instances the same session secret.",
    retry: false,
    ends: "badSetting",
  },
  "session/development-key": {
    advice: "Production needs a session secret of its own, of 32 characters or more. Set one and keep it.",
    retry: false,
    ends: "badSetting",
  },
  "fleet/declared-lost": {
    advice:
      "The peers of this node declared it lost: it stalled, or was cut off. It starts again under another name.",
    retry: true,
    ends: "lost",
  },
  "fleet/no-room": {
    advice:
      "No room node takes a match: none is ready, or all are full. Ask again after a second; start another room node.",
    status: 503,
    retry: true,
    player: "Every server is full or starting. Try again in a moment.",
  },
  "node/full": {
    advice:
      "The node is as busy as it may be. Ask again after a second; if it lasts, start another room node.",
    status: 503,
    retry: true,
    player: "The server of that match is busy right now. Try again in a moment.",
    otherNode: true,
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
