const text = JSON.stringify;

/** The conversation that samples of all formats tell, as far as they can. */
export const whole = [
  "user Where is A-1?",
  'call lookup {"id":"A-1"} -> {"status":"late"}',
  "say It is late.",
  "user Thanks!",
  "say You are welcome.",
];
/** What its call is made with, and answered. */
export const args = { id: "A-1" };
export const result = { status: "late" };

/** The same as messages of a chat. */
export const chat = [
  { role: "user", content: "Where is A-1?" },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c1", type: "function", function: { name: "lookup", arguments: text(args) } }],
  },
  { role: "tool", tool_call_id: "c1", content: text(result) },
  { role: "assistant", content: "It is late." },
  { role: "user", content: "Thanks!" },
  { role: "assistant", content: "You are welcome." },
];
