interface Arguments {
  location: string;
  unit: "celsius" | "fahrenheit";
}

interface Context {
  env: Record<string, string | undefined>;
  signal: AbortSignal;
}

type Weather =
  | { temperature: number; unit: Arguments["unit"]; description: string; humidity: number; location: string }
  | { error: string };

const endpoint = "https://api.openweathermap.org/data/2.5/weather";
const units = { celsius: "metric", fahrenheit: "imperial" } as const;

/** Asks OpenWeather for the current weather (https://openweathermap.org/current); the key is OPENWEATHER_API_KEY. */
export default async function getWeather({ location, unit }: Arguments, { env, signal }: Context): Promise<Weather> {
  const key = env.OPENWEATHER_API_KEY;
  if (key === undefined || key === "") return { error: "OPENWEATHER_API_KEY is not set" };
  const query = new URLSearchParams({ q: location, units: units[unit], appid: key });
  const response = await fetch(`${endpoint}?${query.toString()}`, { signal });
  if (!response.ok) return { error: `OpenWeather answered ${response.status} for ${location}` };
  return weatherOf(await response.json(), unit);
}

function weatherOf(answer: unknown, unit: Arguments["unit"]): Weather {
  const { name, main, weather } = answer as {
    name?: string;
    main?: { temp?: number; humidity?: number };
    weather?: { description?: string }[];
  };
  if (main?.temp === undefined || main.humidity === undefined || name === undefined) {
    return { error: "OpenWeather answered without a temperature" };
  }
  return {
    temperature: main.temp,
    unit,
    description: weather?.[0]?.description ?? "unknown",
    humidity: main.humidity,
    location: name,
  };
}
