/**
 * lounge: rooms to talk in. A lounge has channels, each with its history, and shows who is in which, who is away and who is
 * typing. Each person sees the lines of the channel that they are in, and may ask for older ones; a whisper reaches one.
 * A person who was given a friend's code sees in which lounge the friend is, on whatever node. It never ends, and steps only when somebody does something. `--games shared/games/lounge/game.ts` runs it.
 */
import { z } from "zod";
import { defineGame, type Tick } from "../../game/define-game.ts";
import { visibleText } from "../../game/deterministic/visible-text.ts";
import type { Plain, Seat } from "../../game/game.ts";
import { defineHandlers } from "../../game/handlers.ts";
import { map } from "../../game/view/composed.ts";
import { bool, f64, text, u8, u16, u32 } from "../../game/view/scalars.ts";

/** Everybody comes in here, and it is never closed. */
const firstChannel = "lobby";
const channelsMax = 32;
/** Lines that a channel keeps; the oldest go. */
const historyMax = 100;
/** Lines that a person in a channel has before them; older ones are asked for. */
const shownMax = 40;
/** Lines in one answer. A line is up to 300 characters, and an answer is up to 4,096 as JSON. */
const olderMax = 8;
const textMax = 300;
const nameMax = 24;
/** Friends of one person; and persons whose friends a lounge remembers, of whom the longest known is forgotten. */
const friendsMax = 10;
const befriendedMax = 500;
/** How often a lounge looks for friends while somebody has any, and for how many at once. */
const lookEveryMs = 10_000;
const lookForMax = 100;
/** Nobody types for longer without a sign of it. */
const typingMs = 4000;

interface LoungeLine {
  /** Counts over all channels of the lounge. */
  readonly id: number;
  readonly from: string;
  readonly text: string;
  /** Match time. */
  readonly at: number;
}

interface Channel {
  /** The newest last. */
  lines: LoungeLine[];
  /** Match time of its last line, or of its beginning. */
  usedAt: number;
}

interface LoungePerson {
  readonly name: string;
  readonly userId: string;
  connected: boolean;
  channel: string;
  /** Match time; 0: does not type. */
  typingUntil: number;
}

interface Friend {
  /** What the person calls them. */
  readonly name: string;
  /** The match in which they are; empty: nowhere, as far as known. */
  where: string;
}

export interface LoungeWorld {
  readonly topic: string;
  lastId: number;
  readonly channels: { [name: string]: Channel };
  readonly people: { [seat: string]: LoungePerson };
  /** By user, and by the friend's code, which is their user id. */
  readonly friends: { [userId: string]: { [code: string]: Friend } };
  /** Match time of the next look for friends; null: nobody has any. */
  lookAt: number | null;
  /** The look begins with this one of all friends, since there may be more than it looks for. */
  lookFrom: number;
}

const said = z.string().min(1).max(textMax);
const channelName = z.string().regex(/^[a-z0-9-]{1,24}$/, "a name is up to 24 of a-z, 0-9 and -");

/** A user id. Keys that every object has, such as `constructor`, have no colon in them. */
const friendCode = z
  .string()
  .max(128)
  .regex(/^[\x21-\x39\x3b-\x7e]+:[\x21-\x7e]+$/, "not a friend's code");

const commands = {
  say: z.object({ text: said }),
  typing: z.object({}),
  /** Into a channel, which is opened if it is not there. */
  go: z.object({ channel: channelName }),
  whisper: z.object({ to: z.int().min(0).max(255), text: said }),
  befriend: z.object({ code: friendCode, name: z.string().min(1).max(nameMax) }),
  unfriend: z.object({ code: friendCode }),
  /** Lines of the own channel before the one of this id. */
  older: z.object({ before: z.int().min(1) }),
};

const asks = {
  /** Where these users are: the ids of matches. */
  where: {
    payload: z.object({ users: z.array(z.string()).max(lookForMax) }),
    answer: z.record(z.string(), z.string()),
  },
};

type LoungeTick = Tick<Record<never, never>, typeof commands, typeof asks>;
type LoungeCommand = LoungeTick["commands"][number];

export const lounge = defineGame({
  name: "lounge",
  version: 1,
  rate: "events",
  whenEmpty: "sleep",
  // After two minutes a seat is free for somebody else; what was said stays.
  seatGrace: 120,
  seats: [1, 200],
  options: z.object({ topic: z.string().max(80).default("") }),
  commands,
  asks,
  view: {
    topic: text,
    channels: map({ people: u8, lines: u16 }),
    people: map({ name: text, connected: bool, channel: text, typing: bool }),
  },

  create: ({ topic }): LoungeWorld => ({
    topic: visibleText(topic, 80),
    lastId: 0,
    channels: { [firstChannel]: { lines: [], usedAt: 0 } },
    people: {},
    friends: {},
    lookAt: null,
    lookFrom: 0,
  }),

  step(world, tick) {
    for (const seat of tick.leaves) delete world.people[seat];
    for (const { seat, name, userId } of tick.joins)
      world.people[seat] = {
        ...{ name: visibleText(name, nameMax), userId, connected: true },
        ...{ channel: firstChannel, typingUntil: 0 },
      };
    for (const seat of tick.drops) Object.assign(world.people[seat]!, { connected: false, typingUntil: 0 });
    for (const seat of tick.returns) world.people[seat]!.connected = true;
    for (const command of tick.commands) {
      const done = obey(world, command, tick);
      command.answer(done.why ?? true, done.data);
    }
    for (const person of Object.values(world.people))
      if (person.typingUntil <= tick.now) person.typingUntil = 0;
    for (const answer of tick.answers) if (answer.ok) noteWhere(world, answer.payload.users, answer.data);
    lookForFriends(world, tick);
  },

  see: ({ topic, channels, people }) => ({
    topic,
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, { lines }]) => [
        name,
        {
          lines: lines.length,
          people: Object.values(people).filter(({ channel }) => channel === name).length,
        },
      ]),
    ),
    people: Object.fromEntries(
      Object.entries(people).map(([seat, { name, connected, channel, typingUntil }]) => [
        seat,
        { name, connected, channel, typing: typingUntil > 0 },
      ]),
    ),
  }),

  own: {
    fields: {
      // A line never changes while it is there.
      lines: map({ id: u32, from: text, text, at: f64 }, { by: "id", constant: true }),
      /** A person who has it may see where this one is. */
      code: text,
      friends: map({ name: text, where: text }),
    },
    see: ({ channels, people, friends }, viewer) => {
      const person = people[viewer];
      return {
        lines: channels[person?.channel ?? firstChannel]?.lines.slice(-shownMax) ?? [],
        code: person?.userId ?? "",
        friends: friends[person?.userId ?? ""] ?? {},
      };
    },
  },

  wakeAt: ({ people, lookAt }) => {
    const ends = Object.values(people).flatMap(({ typingUntil }) => (typingUntil > 0 ? [typingUntil] : []));
    const due = lookAt === null ? ends : [...ends, lookAt];
    return due.length === 0 ? undefined : Math.min(...due);
  },

  brain({ seat, view, chance }) {
    if (chance.below(40) > 0) return {};
    const others = Object.keys(view.people).filter((each) => each !== String(seat));
    const to = others.length === 0 ? seat : Number(chance.pick(others));
    return {
      command: chance.pick([
        { name: "typing" as const, payload: {} },
        { name: "say" as const, payload: { text: `it is ${chance.below(24)} o'clock somewhere` } },
        { name: "go" as const, payload: { channel: chance.pick(["lobby", "games", "music", "quiet"]) } },
        { name: "whisper" as const, payload: { to, text: "psst" } },
      ]),
    };
  },
});

/** What `--games` reads. */
export const games = [lounge];

export const handlers = defineHandlers(lounge, {
  async where({ payload: { users }, locate }) {
    const located = await locate(users);
    return Object.fromEntries([...located].map(([userId, { matchId }]) => [userId, matchId]));
  },
});

/** `why` not, or data for the answer, or neither. */
interface Done {
  readonly why?: string;
  readonly data?: Plain;
}

function obey(world: LoungeWorld, command: LoungeCommand, tick: LoungeTick): Done {
  const person = world.people[command.seat]!;
  switch (command.name) {
    case "say":
      return say(world, person, command.payload.text, tick);
    case "typing":
      person.typingUntil = tick.now + typingMs;
      return {};
    case "go":
      return go(world, person, command.payload.channel, tick);
    case "whisper":
      return whisper(world, command.seat, command.payload, tick);
    case "befriend":
      return befriend(world, person, command.payload);
    case "unfriend":
      delete world.friends[person.userId]?.[command.payload.code];
      return {};
    case "older": {
      const { before } = command.payload;
      const earlier = world.channels[person.channel]!.lines.filter(({ id }) => id < before);
      return { data: earlier.slice(-olderMax).map((line) => ({ ...line })) };
    }
  }
}

function say(world: LoungeWorld, person: LoungePerson, given: string, { now }: LoungeTick): Done {
  const shown = visibleText(given, textMax);
  if (shown === "") return { why: "there is nothing to see in it" };
  const channel = world.channels[person.channel]!;
  world.lastId += 1;
  channel.lines.push({ id: world.lastId, from: person.name, text: shown, at: now });
  if (channel.lines.length > historyMax) channel.lines.shift();
  channel.usedAt = now;
  person.typingUntil = 0;
  return {};
}

/** With too many channels, the one in which nobody is and that was quiet for the longest goes, and its lines with it. */
function go(world: LoungeWorld, person: LoungePerson, name: string, { now }: LoungeTick): Done {
  if (!Object.hasOwn(world.channels, name)) {
    if (Object.keys(world.channels).length >= channelsMax) {
      const quiet = quietest(world);
      if (quiet === undefined) return { why: `there are ${channelsMax} channels, and people in all of them` };
      delete world.channels[quiet];
    }
    world.channels[name] = { lines: [], usedAt: now };
  }
  person.channel = name;
  person.typingUntil = 0;
  return {};
}

function quietest({ channels, people }: LoungeWorld): string | undefined {
  const inUse = new Set([firstChannel, ...Object.values(people).map(({ channel }) => channel)]);
  const free = Object.keys(channels).filter((name) => !inUse.has(name));
  return free.sort((a, b) => channels[a]!.usedAt - channels[b]!.usedAt)[0];
}

function whisper(
  { people }: LoungeWorld,
  from: Seat,
  { to, text: given }: { readonly to: Seat; readonly text: string },
  tick: LoungeTick,
): Done {
  if (people[to] === undefined) return { why: "nobody is there" };
  const shown = visibleText(given, textMax);
  if (shown === "") return { why: "there is nothing to see in it" };
  tick.tell(to, "whisper", { seat: from, from: people[from]!.name, text: shown });
  return {};
}

function befriend(
  world: LoungeWorld,
  { userId }: LoungePerson,
  { code, name }: { readonly code: string; readonly name: string },
): Done {
  const own = world.friends[userId] ?? {};
  if (!Object.hasOwn(own, code) && Object.keys(own).length >= friendsMax)
    return { why: `${friendsMax} friends are the most` };
  own[code] = { name: visibleText(name, nameMax), where: own[code]?.where ?? "" };
  world.friends[userId] = own;
  const known = Object.keys(world.friends);
  if (known.length > befriendedMax) delete world.friends[known[0]!];
  // The next step looks at once.
  world.lookAt = 0;
  return {};
}

/** The friends of everybody who is here now, each once. */
function soughtFriends({ people, friends }: LoungeWorld): string[] {
  const here = Object.values(people).filter(({ connected }) => connected);
  return [...new Set(here.flatMap(({ userId }) => Object.keys(friends[userId] ?? {})))];
}

function lookForFriends(world: LoungeWorld, tick: LoungeTick): void {
  const sought = soughtFriends(world);
  if (sought.length === 0) {
    world.lookAt = null;
    return;
  }
  if (world.lookAt !== null && tick.now < world.lookAt) return;
  const from = world.lookFrom < sought.length ? world.lookFrom : 0;
  const users = sought.slice(from, from + lookForMax);
  world.lookFrom = from + users.length;
  world.lookAt = tick.now + lookEveryMs;
  tick.ask("where", { users });
}

function noteWhere(
  { friends }: LoungeWorld,
  users: readonly string[],
  where: Readonly<Record<string, string>>,
): void {
  for (const own of Object.values(friends))
    for (const code of users) if (own[code] !== undefined) own[code].where = where[code] ?? "";
}
