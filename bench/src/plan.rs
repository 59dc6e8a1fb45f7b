//! How much is measured.

use std::time::Duration;

/// Every loop's bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Keep-alive connections of the client.
    pub(crate) connections: usize,
    /// Rounds of interleaved measurements.
    pub(crate) rounds: usize,
    /// How long one server of a round is loaded.
    pub(crate) slice: Duration,
    /// How long an untimed run before that lasts.
    pub(crate) warm_up: Duration,
    /// Starts of an empty server.
    pub(crate) starts: usize,
    /// How long the run for the write-ahead log and the worst stall lasts.
    pub(crate) long_run: Duration,
    /// Calls in the small log.
    pub(crate) few_calls: usize,
    /// Calls in the large log, and contacts beside them.
    pub(crate) many: usize,
    /// Events of one measurement of their cost.
    pub(crate) cost_events: usize,
    /// Listeners, few and many.
    pub(crate) listeners: [usize; 2],
    /// Events a second while they listen.
    pub(crate) listen_rate: u32,
    /// How long they listen.
    pub(crate) listen_time: Duration,
}

impl Plan {
    /// Everything, at full size.
    pub(crate) fn full() -> Self {
        Self {
            connections: 64,
            rounds: 5,
            slice: Duration::from_secs(4),
            warm_up: Duration::from_millis(500),
            starts: 11,
            long_run: Duration::from_secs(25),
            few_calls: 10_000,
            many: 1_000_000,
            cost_events: 40_000,
            listeners: [100, 1000],
            listen_rate: 20,
            listen_time: Duration::from_secs(10),
        }
    }

    /// A few minutes: to see whether a change hurts. Its figures are rough.
    pub(crate) fn quick() -> Self {
        Self {
            rounds: 3,
            slice: Duration::from_millis(1500),
            starts: 5,
            long_run: Duration::from_secs(5),
            many: 50_000,
            cost_events: 20_000,
            listen_time: Duration::from_secs(3),
            ..Self::full()
        }
    }
}
