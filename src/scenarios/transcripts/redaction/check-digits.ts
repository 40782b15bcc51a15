/** True for digits that end in the check digit of the Luhn algorithm (ISO/IEC 7812-1), as on payment cards. */
export function isLuhn(digits: string): boolean {
  return luhnSum(digits) % 10 === 0;
}

/** The digits with the one at `at` changed so that the Luhn check passes. */
export function withLuhn(digits: string, at: number): string {
  for (let digit = 0; digit <= 9; digit += 1) {
    const changed = digits.slice(0, at) + digit + digits.slice(at + 1);
    if (isLuhn(changed)) return changed;
  }
  throw new Error("one of ten digits always fits");
}

function luhnSum(digits: string): number {
  return Array.from(digits).reduceRight((sum, digit, index) => {
    const isDoubled = (digits.length - 1 - index) % 2 === 1;
    const value = Number(digit) * (isDoubled ? 2 : 1);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}

/** True for an IBAN without spaces whose check digits are correct (ISO 13616, ISO/IEC 7064 mod 97-10). */
export function isIban(iban: string): boolean {
  return iban.length >= 15 && iban.length <= 34 && mod97(iban.slice(4) + iban.slice(0, 4)) === 1;
}

/** The IBAN of that country and account, with its check digits. */
export function ibanOf(country: string, account: string): string {
  const check = 98 - mod97(`${account}${country}00`);
  return `${country}${String(check).padStart(2, "0")}${account}`;
}

function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
