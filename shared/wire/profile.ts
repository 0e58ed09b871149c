/**
 * The profile of a user: what the issuer of their session vouches for, such as a rank or an avatar. Plain and small,
 * because it is in every token of the session and in the record of every join. A client cannot set it.
 */
import { z } from "zod";
import type { Plain } from "../game/plain.ts";

/** As JSON. */
const charactersMax = 1024;
const depthMax = 8;
export const profileWords = `at most ${charactersMax} characters of JSON, nested up to ${depthMax} levels`;

export const profile = z.custom<Plain>(isProfile, profileWords);

/** @param value as it came out of JSON */
export function isProfile(value: unknown): value is Plain {
  if (value === undefined || depthOf(value, 0) > depthMax) return false;
  return JSON.stringify(value).length <= charactersMax;
}

/** It looks no deeper than it must. */
function depthOf(value: unknown, at: number): number {
  if (typeof value !== "object" || value === null || at > depthMax) return at;
  return Math.max(at + 1, ...Object.values(value).map((each) => depthOf(each, at + 1)));
}
