//! What is done from time to time, off the way of calls.

mod lost;
mod reread;
mod retention;

use std::sync::Arc;
use std::time::Duration;

use offhook_store::{AccountStore, CallStore, Maintenance, RequestStore, StoreError};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::clock::{Clock, EventIds};
use crate::configuration::Configuration;
use crate::directory::Directory;
use crate::journal::Journal;
use crate::live::Hub;

/// Rows of one slice: few enough that a batch of events never waits long for the writer. A call is
/// deleted with its events, notes and entries in seven indexes.
const SLICE: usize = 20;

/// The jobs and what they work on.
pub struct Jobs {
    /// The log.
    pub calls: Arc<dyn CallStore>,
    /// Sessions.
    pub accounts: Arc<dyn AccountStore>,
    /// Recorded requests.
    pub requests: Arc<dyn RequestStore>,
    /// The files of calls and sessions.
    pub maintenance: Arc<dyn Maintenance>,
    /// Settings.
    pub configuration: Arc<Configuration>,
    /// Keeps contacts.
    pub directory: Arc<Directory>,
    /// Who hears that names changed.
    pub hub: Arc<Hub>,
    /// Where lost calls are ended.
    pub journal: Journal,
    /// Ids for the events that end them.
    pub ids: Arc<EventIds>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The write-ahead log is moved into the file: the less there is at once, the shorter do calls
/// share the disk with it, and the shorter is the log that is searched for each page.
const TIDY: Duration = Duration::from_millis(250);

impl Jobs {
    /// Runs the jobs until the future is dropped.
    pub async fn run(self) {
        // Reading every number anew may take minutes, the others must not wait for it.
        tokio::join!(self.run_short_ones(), self.follow_country());
    }

    async fn run_short_ones(&self) {
        let mut tidy = every(TIDY);
        let mut lost = every(Duration::from_secs(15));
        let mut retention = every(Duration::from_mins(10));
        loop {
            tokio::select! {
                _ = tidy.tick() => warn_of("tidying up", self.maintenance.tidy().await),
                _ = lost.tick() => warn_of("ending lost calls", self.end_lost_calls().await),
                _ = retention.tick() => warn_of("retention", self.apply_retention().await),
            }
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

fn warn_of(what: &str, result: Result<(), StoreError>) {
    if let Err(error) = result {
        warn!(%error, "{what} failed, it is tried again");
    }
}
