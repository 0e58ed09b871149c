/** Parties as a client uses them: create one, invite by code, say ready; then the leader queues for all. */
import type { PartyInfo, ReadyRequest } from "../wire/parties.ts";
import { type Answered, type ApiAccess, ask } from "./api.ts";

type AnsweredParty = PartyInfo & Answered;

/** @throws ApiError */
export const createParty = (access: ApiAccess): Promise<AnsweredParty> => ask(access, "createParty", {});

/** @throws ApiError `party/wrong-invite`, `party/full`, `party/queued` */
export const joinParty = (access: ApiAccess, invite: string): Promise<AnsweredParty> =>
  ask(access, "joinParty", { body: { invite } });

/** @throws ApiError */
export const readParty = (access: ApiAccess, id: string): Promise<AnsweredParty> =>
  ask(access, "readParty", { params: { id } });

/** @param agreement `revision`: the party as the player saw it. @throws ApiError `party/changed` */
export const readyParty = (access: ApiAccess, id: string, agreement: ReadyRequest): Promise<AnsweredParty> =>
  ask(access, "readyParty", { params: { id }, body: agreement });

/** @throws ApiError */
export async function leaveParty(access: ApiAccess, id: string): Promise<void> {
  await ask(access, "leaveParty", { params: { id } });
}
