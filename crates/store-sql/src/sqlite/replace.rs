//! Files that appear under their name only once they are complete and on the disk.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::OpenOptions;
use tokio::task::spawn_blocking;

/// A file in the making, beside the one that it is to become. It is taken away when it does not
/// become one.
#[derive(Debug)]
pub(super) struct Partial {
    path: PathBuf,
    complete: bool,
}

impl Partial {
    /// Begins an empty one that only its owner can read: it will hold people's numbers.
    pub(super) async fn beside(target: &Path) -> io::Result<Self> {
        let mut name = target
            .file_name()
            .ok_or(io::ErrorKind::InvalidInput)?
            .to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let path = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        options.open(&path).await?;
        Ok(Self {
            path,
            complete: false,
        })
    }

    /// Where it is made.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until what was written is on the disk.
    pub(super) async fn sync(&self) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.path).await?;
        file.sync_all().await
    }

    /// Takes its place, in one step.
    pub(super) async fn become_file(mut self, target: &Path) -> io::Result<()> {
        tokio::fs::rename(&self.path, target).await?;
        self.complete = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.complete {
            // It may be gone, and nothing else can be done about it here.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Waits until the names in a file's folder are on the disk.
pub(super) async fn sync_folder_of(path: &Path) -> io::Result<()> {
    let path = path.to_owned();
    spawn_blocking(move || sync_folder(&path)).await?
}

/// The same, for threads that may wait.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if cfg!(unix) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
