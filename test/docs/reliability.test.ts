/** The table of limits is about settings that exist, with the defaults that they have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flagOf } from "../../server/settings/config.ts";
import { type SettingName, settings } from "../../server/settings/settings.ts";
import { errorCodes } from "../../shared/wire/errors.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/reliability.md"), "utf8");
const table = page.slice(page.indexOf("## Limits"), page.indexOf("## What is not protected"));
const named = [...table.matchAll(/`--([a-z-]+)` ([\d,]+)/g)].map(([, flag, value]) => [
  flag!,
  Number(value!.replaceAll(",", "")),
]);

test("[P6.11] every limit of the table is a setting with this default", () => {
  const defaults = Object.fromEntries(
    (Object.keys(settings) as SettingName[]).map((name) => [flagOf(name), settings[name].default]),
  );
  expect(named.length).toBeGreaterThan(12);
  expect(named.filter(([flag, value]) => defaults[flag!] !== value)).toEqual([]);
});

test("every code of the table is one", () => {
  const codes = [...table.matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(([, code]) => code!);
  expect(codes.length).toBeGreaterThan(8);
  expect(codes.filter((code) => !(code in errorCodes))).toEqual([]);
});
