use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use offhook_store_sql::{backup, restore};

use super::block_on;
use crate::config::PlaceOptions;
use crate::wiring::{lock, make_folder};

#[derive(Debug, Args)]
pub(super) struct BackupOptions {
    /// The copy to make; must not be there yet
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct RestoreOptions {
    /// The copy to put back
    file: PathBuf,
}

pub(super) fn run_backup(options: &BackupOptions, place: &PlaceOptions) -> Result<()> {
    let place = place.resolve()?;
    block_on(async { Ok(backup(&place.database(), &options.file).await?) })?;
    eprintln!(
        "copied the database to {}; secrets in it need {} as well",
        options.file.display(),
        place.key().display()
    );
    Ok(())
}

pub(super) fn run_restore(options: &RestoreOptions, place: &PlaceOptions) -> Result<()> {
    let place = place.resolve()?;
    make_folder(&place)?;
    // A server that starts meanwhile would read half of each.
    let _lock = lock(&place.lock())?;
    block_on(async { Ok(restore(&options.file, &place.database()).await?) })?;
    eprintln!(
        "restored {} from {}",
        place.database().display(),
        options.file.display()
    );
    Ok(())
}
