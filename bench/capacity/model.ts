/** What one of something costs. */
export interface Cost {
  /** Processor time of the server, and of the database, in milliseconds. */
  serverMs: number;
  databaseMs: number;
  /** Transactions, the reading ones too. */
  commits: number;
  /** Rows written. */
  writes: number;
  walBytes: number;
  storedBytes: number;
}

/** Measured by measure.ts. A run is a streamed one on a new thread with one message; a reading is a page of 20 messages; a page has 2,000 characters. */
export interface Costs {
  run: Cost;
  message: Cost;
  read: Cost;
  page: Cost;
  idleSecond: Cost;
}

/** What is assumed, as it differs from place to place. */
export interface Assumptions {
  /** Of each run: further messages, readings, and pages that are indexed. */
  messages: number;
  reads: number;
  pages: number;
  /** How much of a resource may be used, so that what waits for it does not wait long. */
  share: number;
  /** Of a database machine: processors, what its disk writes in a second, what it holds, and how long everything is kept. */
  processors: number;
  walBytesPerSecond: number;
  diskBytes: number;
  days: number;
  connections: number;
  /** Connections of a replica. */
  connectionsOfReplica: number;
  /** By how much a database that is spread over machines costs more than one that is not. */
  spreading: number;
}

export const assumed: Assumptions = {
  messages: 1,
  reads: 2,
  pages: 0.1,
  share: 0.7,
  processors: 16,
  walBytesPerSecond: 200e6,
  diskBytes: 4e12,
  days: 30,
  connections: 500,
  connectionsOfReplica: 10,
  spreading: 1.2,
};

/** What a run costs with all that goes along with it. */
export function costOfRun({ run, message, read, page }: Costs, { messages, reads, pages }: Assumptions): Cost {
  const sum = (of: keyof Cost): number => run[of] + messages * message[of] + reads * read[of] + pages * page[of];
  return {
    serverMs: sum("serverMs"),
    databaseMs: sum("databaseMs"),
    commits: sum("commits"),
    writes: sum("writes"),
    walBytes: sum("walBytes"),
    storedBytes: sum("storedBytes"),
  };
}

/** How many replicas and databases a load needs, and what there is not enough of with one fewer. */
export interface Plan {
  load: number;
  replicas: number;
  databases: number;
  /** `alone`: one; `divided`: two, each with its tenants; `spread`: one over several machines. */
  kind: "alone" | "divided" | "spread";
  /** Of the fullest, as a share of what there is: processors of replicas, and those, the disk's writing, its room and the connections of a database. */
  used: Record<Resource, number>;
}

export const resources = ["replica", "processors", "wal", "room", "connections"] as const;
export type Resource = (typeof resources)[number];

/** What `load` runs a second need. */
export function planFor(load: number, costs: Costs, given: Assumptions): Plan {
  const cost = costOfRun(costs, given);
  const replicas = Math.max(1, Math.ceil((load * cost.serverMs) / 1000 / given.share));
  const kindOf = (databases: number): Plan["kind"] =>
    databases === 1 ? "alone" : databases === 2 ? "divided" : "spread";
  for (let databases = 1; ; databases += 1) {
    const kind = kindOf(databases);
    const used = usedOf(load, replicas, databases, costs, given);
    const isEnough = resources.every((resource) => used[resource] <= (resource === "connections" ? 1 : given.share));
    if (isEnough) return { load, replicas, databases, kind, used };
  }
}

/** How much is used of each resource with so many replicas and databases. */
export function usedOf(
  load: number,
  replicas: number,
  databases: number,
  costs: Costs,
  given: Assumptions,
): Record<Resource, number> {
  const cost = costOfRun(costs, given);
  const factor = databases > 2 ? given.spreading : 1;
  const idle = (replicas * costs.idleSecond.databaseMs) / 1000;
  const each = (amount: number): number => (factor * amount) / databases;
  return {
    replica: (load * cost.serverMs) / 1000 / replicas,
    processors: each((load * cost.databaseMs) / 1000 + idle) / given.processors,
    wal: each(load * cost.walBytes) / given.walBytesPerSecond,
    room: each(load * cost.storedBytes * 86_400 * given.days) / given.diskBytes,
    // Every replica of a divided database has its own; one that is spread has a machine in front that all connect to, and more than one of these.
    connections: (replicas * given.connectionsOfReplica) / databases / given.connections,
  };
}

/** The load, in runs a second, from which on one of a resource is not enough. */
export function limitOf(resource: Resource, costs: Costs, given: Assumptions): number {
  let [low, high] = [0, 1e6];
  const isEnough = (load: number): boolean => {
    const replicas =
      resource === "replica"
        ? 1
        : Math.max(1, Math.ceil((load * costOfRun(costs, given).serverMs) / 1000 / given.share));
    return usedOf(load, replicas, 1, costs, given)[resource] <= (resource === "connections" ? 1 : given.share);
  };
  while (high - low > Math.max(0.5, low / 1000)) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) low = middle;
    else high = middle;
  }
  return low;
}
