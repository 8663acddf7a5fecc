const london = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  dateStyle: "short",
  timeStyle: "medium",
});

/** `2010-12-01 08:26:00` on a London clock as RFC 3339 UTC; undefined when the calendar has no such time. */
export const londonToUtc = (local: string): string | undefined => {
  const [date = "", time = ""] = local.split(" ");
  const [year, month, day] = date.split("-");
  const shown = `${day}/${month}/${year}, ${time}`;
  const asUtc = Date.parse(`${date}T${time}Z`);
  // London is at UTC or, in summer, an hour ahead of it.
  const instant = [asUtc, asUtc - 3_600_000].find(
    (candidate) => !Number.isNaN(candidate) && london.format(candidate) === shown,
  );
  return instant === undefined ? undefined : new Date(instant).toISOString();
};
