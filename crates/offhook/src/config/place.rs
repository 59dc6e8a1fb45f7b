use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use super::file::File;
use super::{path_or_blank, said};

/// Where the database is.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PlaceOptions {
    /// Folder of the embedded database [default: ./offhook-data]
    #[arg(long, env = "OFFHOOK_DATA", value_name = "FOLDER", value_parser = path_or_blank(), global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Another database, for a cluster: postgres://… (not in this version)
    #[arg(long, env = "OFFHOOK_DATABASE", value_name = "URL", global = true)]
    pub(crate) database: Option<String>,
    /// Configuration file [default: /etc/offhook/offhook.toml, if it is there]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
}

/// Where the database is, resolved.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The folder.
    pub(crate) data: PathBuf,
}

impl PlaceOptions {
    /// Resolves flags, environment, file and defaults.
    pub(crate) fn resolve(&self) -> Result<Place> {
        self.resolve_with(&File::read(self.config.as_deref())?)
    }

    pub(super) fn resolve_with(&self, file: &File) -> Result<Place> {
        let database = said(self.database.as_deref(), file.database.as_deref());
        let data = said(self.data.clone(), file.data.clone());
        let data = data.unwrap_or_else(|| PathBuf::from("./offhook-data"));
        match database {
            None | Some("sqlite:") => Ok(Place { data }),
            Some(url) if url.starts_with("postgres") => {
                bail!("this version stores in SQLite only: leave --database out")
            }
            Some(_) => bail!("--database must be sqlite: (the default) or postgres://…"),
        }
    }
}

impl Place {
    /// The database's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.data.join("offhook.db")
    }

    /// The file of recorded requests.
    pub(crate) fn requests(&self) -> PathBuf {
        self.data.join("requests.db")
    }

    /// The key that seals secrets in the database.
    pub(crate) fn key(&self) -> PathBuf {
        self.data.join("secrets.key")
    }

    /// What a server holds while it runs on this folder.
    pub(crate) fn lock(&self) -> PathBuf {
        self.data.join("serve.lock")
    }
}
