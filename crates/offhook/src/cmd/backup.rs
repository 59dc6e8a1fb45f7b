use crate::config::PlaceOptions;
#[derive(Debug, clap::Args)]
pub(super) struct BackupOptions {
    file: std::path::PathBuf,
}
#[derive(Debug, clap::Args)]
pub(super) struct RestoreOptions {
    file: std::path::PathBuf,
}
pub(super) fn run_backup(_o: &BackupOptions, _p: &PlaceOptions) -> anyhow::Result<()> {
    Ok(())
}
pub(super) fn run_restore(_o: &RestoreOptions, _p: &PlaceOptions) -> anyhow::Result<()> {
    Ok(())
}
