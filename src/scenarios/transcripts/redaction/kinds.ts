/** What is replaced, as it is called in reports and by `--keep`. */
export const redactedKinds = [
  "name",
  "username",
  "email",
  "phone",
  "address",
  "card",
  "iban",
  "national_id",
  "ip",
  "key",
] as const;
export type RedactedKind = (typeof redactedKinds)[number];

/** How a kind is counted: one, and several. */
export const kindWords: Readonly<Record<RedactedKind, readonly [string, string]>> = {
  name: ["name", "names"],
  username: ["username", "usernames"],
  email: ["mail address", "mail addresses"],
  phone: ["phone number", "phone numbers"],
  address: ["postal address", "postal addresses"],
  card: ["card number", "card numbers"],
  iban: ["IBAN", "IBANs"],
  national_id: ["identity number", "identity numbers"],
  ip: ["IP address", "IP addresses"],
  key: ["key or password", "keys and passwords"],
};
