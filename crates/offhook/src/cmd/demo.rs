#[derive(Debug, clap::Args)]
pub(super) struct Options {}
pub(super) fn run(_o: &Options) -> anyhow::Result<()> {
    Ok(())
}
