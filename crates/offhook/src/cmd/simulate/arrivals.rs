//! When calls begin.

use std::time::Duration;

use fastrand::Rng;
use offhook_core::UnixMillis;

/// How calls come in.
#[derive(Debug, Clone)]
pub(crate) enum Arrivals {
    /// The same rate all the time; the first call begins at once.
    Steady { per_minute: f64 },
    /// As people call an office: on workdays, most of them in the morning.
    OfficeHours {
        /// When the plan begins.
        from: UnixMillis,
        /// No call begins later.
        until: UnixMillis,
        /// Calls in the busiest hour.
        per_hour: f64,
    },
}

/// Per cent of the busiest hour's calls, by the hour of a workday.
const WORKDAY: [u64; 24] = [
    0, 0, 0, 0, 0, 0, 2, 10, 45, 90, 100, 95, 55, 50, 80, 75, 60, 35, 12, 4, 1, 0, 0, 0,
];
/// What is left of it on Saturdays and Sundays.
const WEEKEND: [u64; 2] = [20, 3];
/// Office hours are those of central Europe. Without a time zone database: in summer they begin an
/// hour early, which nobody sees in made-up calls.
const EAST_OF_UTC: i64 = 3600 * 1000;
const HOUR: i64 = 3600 * 1000;
const DAY: i64 = 24 * HOUR;

impl Arrivals {
    /// When the call after `last` begins, in milliseconds from the plan's begin; none when no more
    /// call begins.
    pub(super) fn next(&self, last: Option<u64>, rng: &mut Rng) -> Option<u64> {
        match self {
            Self::Steady { per_minute } => Some(match last {
                None => 0,
                Some(last) => last.saturating_add(pause(60_000.0 / per_minute, rng)),
            }),
            Self::OfficeHours {
                from,
                until,
                per_hour,
            } => {
                // The busiest hour's calls, of which quiet hours drop some.
                let mut at = last.unwrap_or(0);
                loop {
                    at = at.saturating_add(pause(3_600_000.0 / per_hour, rng));
                    let time = from.plus_millis(i64::try_from(at).ok()?);
                    if time >= *until {
                        return None;
                    }
                    if rng.u64(..10_000) < share(time) {
                        return Some(at);
                    }
                }
            }
        }
    }
}

/// How long until the next call, when the mean is this long: many short pauses, few long ones.
fn pause(mean_millis: f64, rng: &mut Rng) -> u64 {
    let millis = -mean_millis * (1.0 - rng.f64()).ln();
    let pause = Duration::try_from_secs_f64(millis / 1000.0).unwrap_or(Duration::MAX);
    u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)
}

/// How much of the busiest hour's calls there are at this time, in hundredths of a per cent.
fn share(time: UnixMillis) -> u64 {
    let local = time.0.saturating_add(EAST_OF_UTC);
    let hour = usize::try_from(local.rem_euclid(DAY) / HOUR).unwrap_or(0);
    // 1970 began on a Thursday: Monday is 0.
    let of_day = match (local.div_euclid(DAY) + 3).rem_euclid(7) {
        5 => WEEKEND[0],
        6 => WEEKEND[1],
        _ => 100,
    };
    WORKDAY[hour] * of_day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hour_and_day() {
        for (utc, expected) in [
            (1_767_603_600_000, 10_000), // Monday 2026-01-05, 09:00
            (1_767_567_600_000, 0),      // Sunday 23:00, Monday in the office
            (1_767_517_200_000, 300),    // Sunday 09:00
            (1_767_430_800_000, 2_000),  // Saturday 09:00
            (1_767_632_400_000, 1_200),  // Monday 17:00
        ] {
            assert_eq!(share(UnixMillis(utc)), expected, "{utc}");
        }
    }

    #[test]
    fn steady_calls_keep_the_rate() {
        let mut rng = Rng::with_seed(7);
        let arrivals = Arrivals::Steady { per_minute: 30.0 };
        let mut last = None;
        for _ in 0..3000 {
            last = arrivals.next(last, &mut rng);
        }
        let minutes = last.unwrap() / 60_000;
        assert!((90..=110).contains(&minutes), "{minutes}");
    }

    #[test]
    fn an_office_week_ends_and_sleeps_at_night() {
        let mut rng = Rng::with_seed(7);
        let from = UnixMillis(1_767_567_600_000);
        let arrivals = Arrivals::OfficeHours {
            from,
            until: from.plus_millis(7 * DAY),
            per_hour: 10.0,
        };
        let mut last = None;
        let mut count = 0;
        while let Some(at) = arrivals.next(last, &mut rng) {
            assert!(last <= Some(at));
            assert!(share(from.plus_millis(i64::try_from(at).unwrap())) > 0);
            (last, count) = (Some(at), count + 1);
        }
        assert!((250..=500).contains(&count), "{count}");
    }
}
