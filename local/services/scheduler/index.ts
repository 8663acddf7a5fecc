export { openScheduler, type Scheduler, type SchedulerOptions } from "./open-scheduler.ts";
export type { ScheduleConfig, ScheduleTarget } from "./schedule.ts";
