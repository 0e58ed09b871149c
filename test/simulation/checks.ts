/**
 * The verdict at the end of a run: the journal that the store accepted is replayed from tick 0, and all that
 * clients were shown, told and given is compared with it. Then everything must be well again.
 */
import { isDeepStrictEqual } from "node:util";
import { recoveryPlan } from "../../server/durability/recovery.ts";
import { isAlive } from "../../server/fleet/liveness.ts";
import { restoredState } from "../../server/match/restore.ts";
import { findSeat } from "../../server/match/state.ts";
import { aboutOf } from "../../server/match/versions.ts";
import type { Findings } from "./findings.ts";
import { type LedgerWorld, ledger } from "./ledger.ts";
import type { Player } from "./player.ts";
import type { RecordingStore } from "./recording-store.ts";
import type { RegistryServer } from "./registry-server.ts";
import type { Settings } from "./settings.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import { type Story, storyOf } from "./story.ts";

export interface Checked {
  readonly settings: Settings;
  readonly store: RecordingStore;
  readonly registryServer: RegistryServer;
  readonly players: readonly Player[];
  readonly nodes: readonly SimulatedNode[];
  readonly findings: Findings;
  /** Newest durable tick of every match a while before the end. */
  readonly quietTicks: ReadonlyMap<string, number>;
}

export async function checkRun(checked: Checked): Promise<void> {
  const stories = new Map<string, Story>();
  for (const { id } of checked.store.entries()) {
    const story = storyOf(checked, id);
    if (story === undefined) continue;
    stories.set(id, story);
    await checkRestore(checked, story);
  }
  for (const player of checked.players) {
    checkSeen(checked, player, stories);
    checkCommands(checked, player, stories);
    checkSeat(checked, player, stories);
  }
  checkHealth(checked);
}

/** [P2] [P5] At any moment: were every node to die now, nothing that was accepted would be lost. */
export async function checkRestorable({
  store,
  findings,
}: Pick<Checked, "store" | "findings">): Promise<void> {
  for (const { id, state } of store.entries()) {
    if (state !== "running") continue;
    const plan = recoveryPlan(await store.stored(id));
    const keptTick = store.keptTick(id);
    if (plan.kind === "set-aside") findings.add("P5", `${id} could not be restored now: ${plan.reason}`);
    else if (plan.lastTick !== keptTick)
      findings.add("P2", `${id} would be restored at tick ${plan.lastTick}, ${keptTick} was accepted`);
  }
}

/** [P4] What a node would restore now is what the whole journal says. */
async function checkRestore({ store, findings }: Checked, { id, state, broken }: Story): Promise<void> {
  const isAside = store.entry(id)!.state === "set-aside";
  if (isAside !== broken)
    findings.add(
      "P5",
      `${id} ${isAside ? `was set aside: ${store.entry(id)!.ending}` : "is broken, and not set aside"}`,
    );
  if (broken) return;
  const plan = recoveryPlan(await store.load(id));
  if (plan.kind === "set-aside") return findings.add("P5", `${id} could not be restored: ${plan.reason}`);
  try {
    const restored = restoredState(ledger, aboutOf(store.entry(id)!), plan);
    if (!isDeepStrictEqual(restored, state))
      findings.add(
        "P4",
        `${id}: restored at tick ${restored.tick}, it differs from its journal at ${state.tick}`,
      );
  } catch (error) {
    findings.add("P4", `${id}: its restore failed: ${(error as Error).message}`);
  }
}

/** [P2] [P3] What it saw is in the journal, under an owner who had the right to show it. */
function checkSeen({ findings }: Checked, { name, seen }: Player, stories: ReadonlyMap<string, Story>): void {
  for (const { match, epoch, tick, hash, unprotected } of seen) {
    const story = stories.get(match);
    if (story === undefined || unprotected || story.hashes[tick] === hash) continue;
    const writer = story.epochs[tick];
    const shown = `${name} was shown tick ${tick} of ${match} by epoch ${epoch}`;
    if (writer === undefined) findings.add("P2", `${shown}; the journal ends at ${story.state.tick}`);
    else if (writer > epoch) findings.add("P3", `${shown}; epoch ${writer} wrote it otherwise`);
    else findings.add("P2", `${shown}; the journal has other content, of epoch ${writer}`);
  }
}

/** [P5] Answered ok: exactly once. No answer, or one that is forgotten: at most once. Refused: never. What was said unprotected may be lost. */
function checkCommands({ findings }: Checked, player: Player, stories: ReadonlyMap<string, Story>): void {
  const story = player.seat && stories.get(player.seat.match);
  if (story === undefined) return;
  const said = (story.state.world as LedgerWorld).said;
  for (const { text, answer, unsafeEpoch } of player.commands.values()) {
    const times = said.filter((other) => other === text).length;
    const forgotten = answer !== undefined && !answer.ok && answer.reason === "command/answer-forgotten";
    const isUnsafe = unsafeEpoch !== undefined;
    const most = answer === undefined || forgotten || answer.ok || isUnsafe ? 1 : 0;
    const least = answer?.ok && !isUnsafe ? 1 : 0;
    if (times >= least && times <= most) continue;
    const told = answer === undefined ? "not answered" : answer.ok ? "answered ok" : answer.reason;
    findings.add("P5", `command ${text} was applied ${times} times and ${told}`);
  }
}

/** [P5] Its seat and token are there, unless it asked to leave or stayed away too long. */
function checkSeat(
  { findings, settings }: Checked,
  player: Player,
  stories: ReadonlyMap<string, Story>,
): void {
  const story = player.seat && stories.get(player.seat.match);
  // A match that broke has no seats to come back to.
  if (story === undefined || story.broken || player.seat!.unsafeEpoch !== undefined) return;
  const { sessionId, token } = player.seat!;
  const seat = findSeat(story.state, sessionId);
  const left = story.left.get(sessionId);
  const problem =
    seat !== undefined
      ? seat.token !== token && "has another token"
      : left === undefined
        ? !story.hasHoles && "is gone without a leave in the journal"
        : left !== "grace over" && player.ending !== "left" && "was given up before its grace was over";
  if (problem) findings.add("P5", `the seat of ${player.name} ${problem}`);
  // An owner that plays on unprotected, and was taken over meanwhile, may say so.
  const isStrict = settings.limits.gate === "strict";
  if (player.ending === "no-seat" && seat !== undefined && isStrict)
    findings.add("P5", `${player.name} was told that it has no seat, and the journal has it`);
}

/** [P5] Long after the last fault: every node is in the registry; every match has one owner and goes on; all play. */
function checkHealth({ store, nodes, players, findings, quietTicks, registryServer }: Checked): void {
  const registered = registryServer.nodes.read();
  for (const { id, state, node, epoch } of store.entries()) {
    if (state !== "running") continue;
    const owners = nodes.filter(({ process }) => process?.rooms.running().includes(id));
    const live = owners[0]?.process?.rooms.live(id);
    const shown = registered.filter(
      (each) => isAlive(each) && each.entry.matches.some((match) => match.id === id),
    );
    if (live === undefined) findings.add("P5", `${id} has no owner; the store says ${node}, epoch ${epoch}`);
    else if (owners.length > 1)
      findings.add("P3", `${id} runs at ${owners.map(({ name }) => name).join(", ")}`);
    else if (live.epoch !== epoch)
      findings.add("P5", `${id}: its owner has epoch ${live.epoch}, the store ${epoch}`);
    else if (shown.length !== 1 || shown[0]!.entry.node !== node)
      findings.add("P5", `${id} is shown by ${shown.map(({ entry }) => entry.node).join(", ") || "nobody"}`);
    else if (live.durableTick <= (quietTicks.get(id) ?? 0))
      findings.add("P6", `${id} stands still at tick ${live.match.tick}, durable up to ${live.durableTick}`);
  }
  for (const { name, process } of nodes) {
    const own = registered.find(({ entry }) => entry.node === process?.name);
    if (own === undefined || !isAlive(own) || own.entry.state !== "ready")
      findings.add(
        "P5",
        `${name}: ${process?.name ?? "its process"} is not in the registry, ready and alive`,
      );
  }
  for (const { name, state, unanswered } of players) {
    if (state === "away" || state === "waiting")
      findings.add("P5", `${name} does not get into its match: ${state}`);
    if (state === "playing" && unanswered > 0) findings.add("P5", `${name} waits for ${unanswered} answers`);
  }
}
