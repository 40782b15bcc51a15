import { describe, expect, test } from "vitest";
import { type IssuedKey, createKeySource, readIssuedKey } from "../../src/targets/http/key-source.ts";
import { manualClock } from "../server/manual-clock.ts";

const now = Date.parse("2026-11-26T12:00:00Z");
const inAnHour = now / 1000 + 3600;
const token = (claims: object) => ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2ln"].join(".");

test.each<[string, IssuedKey | null]>([
  [
    `{"accessToken": "t", "expiresOn": "2020-01-01 10:00:00.123456", "expires_on": ${inAnHour}}`,
    { key: "t", expiresAt: inAnHour * 1000 },
  ],
  [`{"accessToken": "t", "expires_on": "${inAnHour}"}`, { key: "t", expiresAt: inAnHour * 1000 }],
  [
    '{"accessToken": "t", "expiresOn": "2026-11-26 14:00:00.123456"}',
    { key: "t", expiresAt: Date.parse("2026-11-26 14:00:00.123") },
  ],
  ['{"access_token": "t", "expires_in": 60}', { key: "t", expiresAt: now + 60_000 }],
  ['{"token": "t", "token_expiry": "2026-11-26T13:00:00Z"}', { key: "t", expiresAt: now + 3_600_000 }],
  [
    '{"kind": "ExecCredential", "status": {"token": "t", "expirationTimestamp": "2026-11-26T13:00:00Z"}}',
    { key: "t", expiresAt: now + 3_600_000 },
  ],
  ["sk-plain\n", { key: "sk-plain", expiresAt: null }],
  ['"sk-quoted"', { key: "sk-quoted", expiresAt: null }],
  [token({ exp: inAnHour }), { key: token({ exp: inAnHour }), expiresAt: inAnHour * 1000 }],
  ["a.b.c", { key: "a.b.c", expiresAt: null }],
  ["", null],
  ["two words", null],
  ['{"tenant": "x"}', null],
  ['{"accessToken": ""}', null],
])("what a command prints, %s, is a key and its end", (printed, issued) => {
  expect(readIssuedKey(printed, now)).toEqual(issued);
});

describe("a source of keys", () => {
  function sourceOf(lifetime: number | null) {
    const clock = manualClock(now);
    let asked = 0;
    const source = createKeySource(async () => {
      asked += 1;
      return { key: `key-${asked}`, expiresAt: lifetime === null ? null : clock.now() + lifetime };
    }, clock);
    const { signal } = new AbortController();
    return { clock, get: () => source.get(signal), refused: (key: string) => source.refused(key), asked: () => asked };
  }

  test("asks once for all who want a key at once, and again when it is about to expire", async () => {
    const { clock, get, asked } = sourceOf(3_600_000);
    expect(await Promise.all([get(), get(), get()])).toEqual(["key-1", "key-1", "key-1"]);
    clock.advance(3_500_000);
    expect([await get(), asked()]).toEqual(["key-1", 1]);
    clock.advance(50_000);
    expect([await get(), await get(), asked()]).toEqual(["key-2", "key-2", 2]);
  });

  test("keeps a key without an end until it is refused; that of an earlier one changes nothing", async () => {
    const { clock, get, refused, asked } = sourceOf(null);
    await get();
    clock.advance(1e9);
    expect([await get(), asked()]).toEqual(["key-1", 1]);
    refused("key-1");
    expect(await get()).toBe("key-2");
    refused("key-1");
    expect(await get()).toBe("key-2");
  });

  test("asks again after asking failed, and who has stopped does not wait", async () => {
    let fails = true;
    const source = createKeySource(async () => {
      if (fails) throw new Error("no login");
      return { key: "key", expiresAt: null };
    }, manualClock(now));
    const { signal } = new AbortController();
    await expect(Promise.all([source.get(signal), source.get(signal)])).rejects.toThrow("no login");
    fails = false;
    expect(await source.get(signal)).toBe("key");

    const never = createKeySource(() => new Promise(() => {}), manualClock(now));
    const stopped = new AbortController();
    const waiting = never.get(stopped.signal);
    stopped.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
  });
});
