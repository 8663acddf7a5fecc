/** The keys by which the runtime stores commits: a table with them is an event log, whoever made it. */
export const isEventLog = (table: { readonly hashKey?: string | undefined; readonly rangeKey?: string | undefined }) =>
  table.hashKey === "aggregateId" && table.rangeKey === "version";
