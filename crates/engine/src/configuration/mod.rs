//! What administrators set, in memory: sources with their rules, users, sessions, settings.
//!
//! A [`Snapshot`] never changes; a change makes a new one. The store's revision is looked at every
//! half second, so that changes by other processes (the small commands) are taken up too.

mod connection;
mod live_source;
mod snapshot;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use offhook_store::{AccountStore, SourceStore, StoreError};
use tokio::sync::watch;
use tracing::{debug, warn};

pub use connection::{ConnectionDraft, check_kind, keep_connection};
pub use live_source::{
    LiveSource, check_config, empty_config, overlap_seconds, source_name, split_secrets,
};
pub use snapshot::{LiveUser, Snapshot};

use crate::SealingKey;
use crate::clock::Clock;

/// How often the store's revision is looked at.
const FOLLOW: Duration = Duration::from_millis(500);

/// The present configuration, and the way to a newer one.
pub struct Configuration {
    sources: Arc<dyn SourceStore>,
    accounts: Arc<dyn AccountStore>,
    key: Arc<SealingKey>,
    clock: Arc<dyn Clock>,
    present: ArcSwap<Snapshot>,
    changed: watch::Sender<u64>,
    reloading: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Configuration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configuration").finish_non_exhaustive()
    }
}

impl Configuration {
    /// Reads the configuration from the store.
    pub async fn load(
        sources: Arc<dyn SourceStore>,
        accounts: Arc<dyn AccountStore>,
        key: Arc<SealingKey>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, StoreError> {
        let configuration = Self {
            sources,
            accounts,
            key,
            clock,
            present: ArcSwap::from_pointee(Snapshot::default()),
            changed: watch::Sender::new(0),
            reloading: tokio::sync::Mutex::default(),
        };
        configuration.reload().await?;
        Ok(Arc::new(configuration))
    }

    /// The configuration now.
    pub fn now(&self) -> Arc<Snapshot> {
        self.present.load_full()
    }

    /// The store of sources and settings; [`reload`](Self::reload) after a change.
    pub fn sources(&self) -> &dyn SourceStore {
        self.sources.as_ref()
    }

    /// The store of users; [`reload`](Self::reload) after a change.
    pub fn accounts(&self) -> &dyn AccountStore {
        self.accounts.as_ref()
    }

    /// The key that seals the sources' secrets.
    pub fn key(&self) -> &SealingKey {
        &self.key
    }

    /// Tells of every new snapshot.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Reads everything anew, so that a change is in force.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.reloading.lock().await;
        // First: a change after this is seen by the next look.
        let revision = self.sources.config_revision().await?;
        let snapshot = Snapshot::new(
            revision,
            self.sources.settings().await?,
            self.sources.sources().await?,
            self.accounts.users().await?,
            self.accounts.sessions(self.clock.now()).await?,
            self.accounts.tokens().await?,
            &self.key,
        );
        self.present.store(Arc::new(snapshot));
        self.changed.send_modify(|count| *count += 1);
        debug!(revision, "the configuration is taken up");
        Ok(())
    }

    /// Follows the store's revision until the future is dropped.
    pub async fn follow(&self) {
        let mut ticks = tokio::time::interval(FOLLOW);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.catch_up().await;
        }
    }

    /// Takes up what was changed by another process, without waiting for the next look.
    pub async fn catch_up(&self) {
        let step = async {
            if self.sources.config_revision().await? != self.now().revision {
                self.reload().await?;
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = step.await {
            warn!(%error, "changes of the configuration could not be read");
        }
    }
}
