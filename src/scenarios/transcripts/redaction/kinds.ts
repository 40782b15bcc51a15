/** The kinds of personal data, as named in reports and by `--keep`. */
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

/** The words for a kind, singular and plural. */
export const kindWords: Readonly<Record<RedactedKind, readonly [string, string]>> = {
  name: ["name", "names"],
  username: ["username", "usernames"],
  email: ["email address", "email addresses"],
  phone: ["phone number", "phone numbers"],
  address: ["postal address", "postal addresses"],
  card: ["card number", "card numbers"],
  iban: ["IBAN", "IBANs"],
  national_id: ["identity number", "identity numbers"],
  ip: ["IP address", "IP addresses"],
  key: ["key or password", "keys and passwords"],
};
