/**
 * How the state of a durable room is written down: every object by the id that clients know it by, its class by name, its
 * fields by number. An image has everything, changes follow it. Versions of a room's classes may differ between who wrote
 * it and who reads it, so classes and fields have their names in it. It knows neither rooms nor clients.
 */

/** The first byte of an entry. */
export const entries = {
  /** number, name, how many of that name are before it, fields: the class of the objects that name the number */
  type: 1,
  /** id, type, count, (field, value)…: all fields that are set */
  object: 2,
  /** id, type, count, (field, value)…: those that changed */
  fields: 3,
  /** id, next number, count, (number, key, value)… */
  map: 4,
  /** id, count, (number, key, value)…; a value may be gone */
  keys: 5,
  /** id, count, value… */
  array: 6,
  /** id, length, count, (place, value)… */
  places: 7,
  /** id, next number, count, (number, value)… */
  set: 8,
  collection: 9,
  /** id of the state's root; the first entry of an image */
  root: 10,
} as const;

/** The first byte of a value. */
export const values = {
  gone: 0,
  null: 1,
  true: 2,
  false: 3,
  integer: 4,
  float: 5,
  text: 6,
  bigint: 7,
  /** The id of another object. */
  object: 8,
} as const;

/** An integer beyond it is written as a float, as all others are. */
export const integerMax = 0x7fff_ffff;
