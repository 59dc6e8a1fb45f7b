use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The file that is read when none is named.
const USUAL: &str = "/etc/offhook/offhook.toml";

/// The configuration file: the flags' names with `_` for `-`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) listen: Option<String>,
    pub(super) data: Option<PathBuf>,
    pub(super) database: Option<String>,
    pub(super) nats: Option<String>,
    pub(super) public_url: Option<String>,
    pub(super) tls_cert: Option<PathBuf>,
    pub(super) tls_key: Option<PathBuf>,
    pub(super) trusted_proxy: Option<OneOrMany>,
}

/// A list, or its one member alone.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected text or a list of texts")]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Vec<String> {
    fn from(said: OneOrMany) -> Self {
        match said {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        }
    }
}

impl File {
    /// Reads the file named; without a name the usual one, if it is there.
    pub(super) fn read(named: Option<&Path>) -> Result<Self> {
        let path = match named {
            Some(path) => path,
            None if Path::new(USUAL).exists() => Path::new(USUAL),
            None => return Ok(Self::default()),
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the configuration {} can not be read", path.display()))?;
        toml::from_str(&text).map_err(|error| {
            let why = error.message().to_owned();
            let line = error
                .span()
                .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            anyhow::anyhow!(
                "the configuration {} is wrong at line {line}: {why}",
                path.display()
            )
        })
    }
}
