//! The database as the small commands use it, also beside a running server.

use std::sync::Arc;

use anyhow::{Context, Result};
use offhook_engine::SealingKey;
use offhook_store_sql::SqliteStore;

use crate::config::PlaceOptions;
use crate::wiring::make_folder;

/// Opens the database, makes it where it is missing.
pub(super) async fn open(place: &PlaceOptions) -> Result<(SqliteStore, Arc<SealingKey>)> {
    let place = place.resolve()?;
    make_folder(&place)?;
    let store = SqliteStore::open(&place.database()).await?;
    let key = SealingKey::open(&place.key()).context("secrets can not be sealed")?;
    Ok((store, Arc::new(key)))
}
