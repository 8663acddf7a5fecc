/**
 * Freezes plain data all the way down and gives it back. What is frozen is taken to be so all the way down: parts that a
 * state shares with the one before it are not walked again.
 */
export const deepFreeze = <T>(value: T): T => {
  if (value === null || typeof value !== "object" || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
};
