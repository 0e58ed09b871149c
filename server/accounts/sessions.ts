/**
 * Identifies callers. A session is a token that we signed. Any instance checks it locally, against keys, sign-outs
 * and bans that it follows in the store. Changes arrive within a moment where Redis announces them, and within
 * `refreshMs` in any case. An instance that has not heard from the store for `unheardMsMax` trusts no token.
 */
import type { Plain } from "../../shared/game/plain.ts";
import type { Bearer, Joiner } from "../../shared/wire/api.ts";
import type { RowsContext } from "../rows/context.ts";
import { Follower } from "../rows/follower.ts";
import type { Row } from "../rows/store.ts";
import { type AccountMetrics, noAccountMetrics } from "./account-metrics.ts";
import { type Ban, type BanKind, Bans, bansPart } from "./bans.ts";
import { EarlierBans } from "./earlier-bans.ts";
import { EarlierSignOuts } from "./earlier-sign-outs.ts";
import { type GuestRecord, GuestRecords } from "./guest-records.ts";
import type { IdentityResult } from "./identity-provider.ts";
import { nameless, RefreshLines } from "./refresh-lines.ts";
import { clockSkewMs, type Session } from "./session.ts";
import { type StoredKey, sessionsPart, storedKey } from "./session-rows.ts";
import { SignOuts, signOutsPart } from "./sign-outs.ts";
import { SigningKeys } from "./signing-keys.ts";
import { Tokens, type VerifyResult } from "./tokens.ts";

const refreshMs = 500;
const unheardMsMax = 10_000;
const idLength = 16;

export interface SessionsOptions extends RowsContext {
  readonly issuer: string;
  readonly audience: string;
  /** Seals the keys; the same on all instances. */
  readonly secret: string;
  /** How long a token is valid. */
  readonly tokenMs: number;
  /** How long a session lasts without a refresh. Not shorter than `tokenMs`. */
  readonly lifeMs: number;
  /** How long one key signs. */
  readonly keyPeriodMs: number;
  readonly log: (message: string, details: object) => void;
  /** Without it, nothing is measured. */
  readonly accountMetrics?: AccountMetrics;
}

/** A guest's origin, as far as known. */
export interface CameFrom {
  /** As the client says. */
  readonly device?: string | undefined;
  readonly address?: string | undefined;
}

interface RefreshedAs {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
}

export type IssueResult =
  | {
      readonly ok: true;
      readonly token: string;
      /** Only valid for `refresh`. */
      readonly refreshToken: string;
      readonly session: Session;
    }
  | { readonly ok: false; readonly code: "session/banned"; readonly detail: string }
  | (IdentityResult & { readonly ok: false });

/** Why a user may not be here any more. */
export type Barred = "session/banned" | "session/revoked";

export type CheckResult =
  | VerifyResult
  | { readonly ok: false; readonly code: Barred | "session/unchecked"; readonly detail: string };

export type RefreshResult =
  | IssueResult
  | (CheckResult & { readonly ok: false })
  | { readonly ok: false; readonly code: "session/reused"; readonly detail: string };

export class Sessions {
  readonly bans: Bans;
  readonly #signOuts: SignOuts;
  readonly #earlierSignOuts = new EarlierSignOuts();
  readonly #earlierBans: EarlierBans;
  readonly #guests: GuestRecords;
  readonly #options: SessionsOptions;
  readonly #metrics: AccountMetrics;
  readonly #follower: Follower<StoredKey>;
  readonly #keys: SigningKeys;
  readonly #tokens: Tokens;
  readonly #refreshTokens: Tokens;
  readonly #refreshLines: RefreshLines;
  readonly #listeners = new Set<() => void>();
  #stopWatching: (() => void)[] = [];
  #callOff: () => void = () => {};
  #closed = false;
  /** Whether the last try to hear from the store failed. */
  #unheard = false;

  private constructor(options: SessionsOptions) {
    const { store, nowMs, steadyMs, later, secret, lifeMs, keyPeriodMs: periodMs } = options;
    const keepMs = lifeMs + clockSkewMs;
    this.#options = options;
    this.#metrics = options.accountMetrics ?? noAccountMetrics;
    const read = (row: Row) => {
      this.#earlierSignOuts.take(row);
      this.#earlierBans.take(row);
      return storedKey(row);
    };
    this.#follower = new Follower({ store, part: sessionsPart, read, steadyMs });
    const keyed = {
      ...{ store, secret, periodMs, tokenMs: lifeMs, nowMs, steadyMs, later },
      follower: this.#follower,
    };
    this.#keys = new SigningKeys(keyed);
    this.#tokens = new Tokens({ ...options, keys: this.#keys });
    const audience = `${options.audience} refresh`;
    this.#refreshTokens = new Tokens({ ...options, audience, keys: this.#keys });
    const onNews = () => {
      for (const listener of this.#listeners) listener();
    };
    const followed = { store, nowMs, steadyMs, onNews };
    this.bans = new Bans(followed);
    this.#earlierBans = new EarlierBans(this.bans, options);
    this.#guests = new GuestRecords({ store, keepMs });
    this.#signOuts = new SignOuts({ ...followed, tokenMsMax: keepMs });
    const newName = () => options.newName(idLength);
    this.#refreshLines = new RefreshLines({ store, nowMs, keepMs, newName });
  }

  /** @throws StoreError also `session/other-secret`: a server that cannot sign must not start */
  static async open(options: SessionsOptions): Promise<Sessions> {
    const sessions = new Sessions(options);
    await sessions.#readAll();
    await sessions.#earlierBans.takeOver();
    await sessions.#keys.current();
    for (const part of [sessionsPart, signOutsPart, bansPart])
      sessions.#stopWatching.push(await options.store.watch(part, undefined, () => void sessions.#refresh()));
    sessions.#repeat();
    return sessions;
  }

  /** Issues a session to a new user. */
  async issueGuest(name?: string, from: CameFrom = {}): Promise<IssueResult> {
    return this.#begun("guest", await this.#issueGuest(name, from));
  }

  async #issueGuest(name: string | undefined, { device, address }: CameFrom): Promise<IssueResult> {
    const userId = `guest:${this.#options.newName(idLength)}`;
    const ban = this.bans.banFor({ userId, device, address });
    if (ban !== undefined) return refusal(ban);
    await this.#rememberGuest(userId, { device, address });
    return this.#issue({ userId, ...(device !== undefined && { device }) }, { name, era: 0 });
  }

  /** Where a guest came from, for operators. @throws StoreError */
  guest(userId: string): Promise<GuestRecord | undefined> {
    return this.#guests.read(userId);
  }

  /** @param identity what an identity provider says of a token */
  async exchange(identity: IdentityResult, name?: string): Promise<IssueResult> {
    if (!identity.ok) return this.#begun("identity", identity);
    const { userId, profile } = identity;
    const era = await this.#signOuts.presentEraOf(userId);
    return this.#begun("identity", await this.#issue({ userId, profile }, { name, era }));
  }

  /** The next tokens of the same session. @param name a new name, if given. @throws StoreError */
  async refresh(refreshToken: string, as: RefreshedAs = {}): Promise<RefreshResult> {
    const result = await this.#refreshed(refreshToken, as);
    if (result.ok) this.#metrics.sessionRefreshed();
    else this.#metrics.sessionRefused("refresh", result.code);
    return result;
  }

  async #refreshed(refreshToken: string, { name, address }: RefreshedAs): Promise<RefreshResult> {
    const checked = await this.#checked(this.#refreshTokens, refreshToken);
    if (!checked.ok) return checked;
    const { session } = checked;
    const { userId, device } = session;
    // Read from the store: a session that was signed out elsewhere a moment ago must not live on for another hour.
    await this.#signOuts.presentEraOf(userId);
    if (this.#signOuts.hasEnded(joinerOf(session))) return revoked;
    if (isGuest(userId)) {
      const ban = this.bans.banFor({ userId, device, address });
      if (ban !== undefined) return refusal(ban);
      await this.#rememberGuest(userId, { device, address });
    }
    const next = await this.#refreshLines.use(session.sessionId, session.tokenName ?? nameless);
    if (next === "reused") {
      await this.signOut(session);
      return reused;
    }
    return this.#issue({ ...session, tokenName: next }, { name: name ?? session.name, era: session.era });
  }

  /** Identifies the user of a token. @throws StoreError when the key is looked for and the store fails */
  async check(token: string): Promise<CheckResult> {
    const result = await this.#checked(this.#tokens, token);
    if (!result.ok) this.#metrics.sessionRefused("check", result.code);
    return result;
  }

  #begun(as: "guest" | "identity", result: IssueResult): IssueResult {
    if (result.ok) this.#metrics.sessionBegun(as);
    else this.#metrics.sessionRefused("begin", result.code);
    return result;
  }

  async #checked(tokens: Tokens, token: string): Promise<CheckResult> {
    const heardAtMs = Math.min(
      ...[this.#follower, this.#signOuts, this.bans].map(({ readAtMs = 0 }) => readAtMs),
    );
    if (this.#options.steadyMs() - heardAtMs > unheardMsMax)
      return { ok: false, code: "session/unchecked", detail: "the list of ended sessions cannot be read" };
    const verified = await tokens.verify(token);
    if (!verified.ok) return verified;
    const bearer = joinerOf(verified.session);
    if (this.#signOuts.hasEnded(bearer)) return revoked;
    const wasEnded = this.#earlierSignOuts.hasEnded(verified.session);
    const ban = this.#banOf(bearer);
    if (ban !== undefined) return refusal(ban);
    return wasEnded ? revoked : verified;
  }

  /** Another key signs from now on; with `endSessions` every session ends. @returns its id @throws StoreError */
  rotateKeys(endSessions: boolean): Promise<string> {
    return this.#keys.rotate(endSessions);
  }

  /** Whether an admitted user must leave, as far as this instance has heard; ask again after `onEnded`. */
  barred(bearer: Bearer): Barred | undefined {
    if (this.#banOf(bearer) !== undefined) return "session/banned";
    return this.#signOuts.hasEnded(bearer) ? "session/revoked" : undefined;
  }

  /**
   * Whether a user who queued then (Unix ms of the store) may still be matched: not banned or signed out everywhere.
   */
  mayWait(userId: string, sinceMs: number): boolean {
    const era = this.eraOf(userId);
    // An era ahead of now dates from before the store's clock was set back, and says nothing about later tickets.
    const isPast = era <= sinceMs || era > this.#options.nowMs() + clockSkewMs;
    const wasEnded = this.#earlierSignOuts.hasEnded({ userId, issuedAtMs: sinceMs });
    return isPast && !wasEnded && this.barred({ userId }) === undefined;
  }

  /**
   * For a seat that is taken without a session, as one that a queue booked: it ends with the user's present sessions.
   */
  eraOf(userId: string): number {
    return this.#signOuts.eraOf(userId);
  }

  /** Calls the listener when a user was banned or signed out, by any instance. @returns a function that stops it */
  onEnded(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends one session everywhere. @throws StoreError */
  async signOut(session: Pick<Session, "userId" | "sessionId">): Promise<void> {
    await this.#signOuts.endOne(session);
  }

  /** Ends every session of a user that has begun until now. @throws StoreError */
  async signOutEverywhere(userId: string, by: "user" | "operator" = "user"): Promise<void> {
    await this.#signOuts.endAll(userId, by);
  }

  /** Bans a user, device or range; a user's sessions end and stay ended when it is lifted. @throws StoreError */
  async ban(ban: Omit<Ban, "sinceMs">): Promise<Ban> {
    // In this order, so that a process that dies in between has banned.
    const stored = await this.bans.add(ban);
    if (ban.kind === "user") await this.signOutEverywhere(ban.of, "operator");
    return stored;
  }

  /** @returns whether there was a ban. @throws StoreError */
  lift(kind: BanKind, of: string): Promise<boolean> {
    return this.bans.lift(kind, of);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stopWatching) stop();
    this.#callOff();
  }

  /** @param who continues a session if it has an id, otherwise begins one; `tokenName` is the refresh token's */
  async #issue(
    who: Pick<Session, "userId" | "device"> &
      Partial<Pick<Session, "sessionId" | "tokenName">> & { readonly profile?: Plain | undefined },
    { name, era }: { name: string | undefined; era: number },
  ): Promise<IssueResult> {
    const { userId, device, sessionId, tokenName, profile } = who;
    const ban = this.bans.banFor({ userId, device });
    if (ban !== undefined) return refusal(ban);
    const { tokenMs, lifeMs, nowMs, newName } = this.#options;
    const issuedAtMs = nowMs();
    // A token's times are whole seconds.
    const endOf = (ms: number) => Math.floor((issuedAtMs + ms) / 1000) * 1000;
    const session: Session = {
      ...{ userId, era, issuedAtMs, expiresAtMs: endOf(tokenMs) },
      sessionId: sessionId ?? newName(idLength),
      ...(name !== undefined && { name }),
      ...(profile !== undefined && { profile }),
      ...(device !== undefined && { device }),
    };
    const token = await this.#tokens.sign(session);
    const named = { tokenName: tokenName ?? newName(idLength), expiresAtMs: endOf(lifeMs) };
    const refreshToken = await this.#refreshTokens.sign({ ...session, ...named });
    return { ok: true, token, refreshToken, session };
  }

  #rememberGuest(userId: string, { device, address }: CameFrom): Promise<void> {
    const from = { ...(device !== undefined && { device }), ...(address !== undefined && { address }) };
    return this.#guests.write(userId, { ...from, seenAtMs: this.#options.nowMs() });
  }

  #banOf({ userId, session }: Bearer): Ban | undefined {
    return this.bans.banFor({ userId, device: session?.device });
  }

  #repeat(): void {
    if (this.#closed) return;
    this.#callOff = this.#options.later(refreshMs, () => {
      void this.#refresh().then(() => this.#repeat());
    });
  }

  async #refresh(): Promise<void> {
    try {
      await this.#readAll();
      await this.#earlierBans.takeOver();
      this.#unheard = false;
    } catch (error) {
      // Logged at the first failure only; afterwards `check` answers with an error.
      if (!this.#unheard) this.#options.log("the list of revoked sessions cannot be read", { error });
      this.#unheard = true;
    }
  }

  async #readAll(): Promise<void> {
    // A ban is written before its sign-out, and must be known before the sign-out takes effect, so that a removed
    // user learns why. The first of the two reads may have started earlier.
    const bans = async () => {
      await this.bans.refresh();
      await this.bans.refresh();
    };
    await Promise.all([this.#follower.refresh(), this.#signOuts.refresh(bans)]);
    this.#earlierSignOuts.forgetOver(this.#options.nowMs());
  }
}

const revoked = { ok: false, code: "session/revoked", detail: "this session was ended" } as const;

const reused = {
  ok: false,
  code: "session/reused",
  detail:
    "this refresh token was used before, and a later one too: somebody else has them, so the session has ended",
} as const;

/** Ids of an identity provider's users begin differently. */
const isGuest = (userId: string) => userId.startsWith("guest:");

/** What is stored of the user who takes a seat with this session. */
export function joinerOf({ userId, name, profile, sessionId: id, era, device }: Session): Joiner {
  const session = { id, era, ...(device !== undefined && { device }) };
  const known = { ...(name !== undefined && { name }), ...(profile !== undefined && { profile }) };
  return { userId, session, ...known };
}

function refusal({ kind, untilMs, reason }: Ban): {
  readonly ok: false;
  readonly code: "session/banned";
  readonly detail: string;
} {
  const what = { user: "", device: "this device is ", range: "this network is " }[kind];
  const why = reason === undefined ? "" : `: ${reason}`;
  return {
    ok: false,
    code: "session/banned",
    detail: `${what}banned until ${new Date(untilMs).toISOString()}${why}`,
  };
}
