let text = "";
process.stdin.on("data", (chunk) => (text += chunk));
process.stdin.on("end", () => console.log(JSON.stringify({ topic: JSON.parse(text).topic, days: 14 })));
