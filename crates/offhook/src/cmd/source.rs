use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use offhook_core::number::Country;
use offhook_engine::access::{hash_token, new_token, own_token};
use offhook_engine::clock::{Clock, SystemClock};
use offhook_engine::configuration::{
    ConnectionDraft, check_config, check_kind, empty_config, keep_connection, overlap_seconds,
    source_name, split_secrets,
};
use offhook_engine::store::{NewSource, Source, SourceKind, SourceStore};
use offhook_engine::{SealingKey, source_urls};

use super::{block_on, password, store};
use crate::config::{AddressOptions, PlaceOptions};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a source; prints its endpoint URL alone (sipgate: two lines, in and out)
    Add {
        /// What to call it
        name: String,
        /// generic (Zammad's CTI), sipgate, placetel, asterisk or freeswitch
        #[arg(long, value_parser = kind)]
        kind: SourceKind,
        /// Read the token from standard input, to keep one that a PBX already uses
        #[arg(long, conflicts_with = "secret_stdin")]
        token_stdin: bool,
        #[command(flatten)]
        connection: ConnectionOptions,
        #[command(flatten)]
        address: AddressOptions,
    },
    /// Show the sources
    List,
    /// Give a source a new URL; prints it alone
    Rotate {
        /// Which
        name: String,
        /// How many hours the old URL works on
        #[arg(long, default_value_t = 0, value_name = "HOURS")]
        overlap_hours: u32,
        #[command(flatten)]
        address: AddressOptions,
    },
    /// Refuse its events
    Disable {
        /// Which
        name: String,
    },
    /// Take its events again
    Enable {
        /// Which
        name: String,
    },
    /// Print the configuration, or read it from a file (- for standard input)
    Config {
        /// Which
        name: String,
        /// JSON in the keys of Zammad's settings
        file: Option<PathBuf>,
    },
}

/// How a PBX that we listen to is reached.
#[derive(Debug, Args)]
pub(super) struct ConnectionOptions {
    /// Where an asterisk (AMI, port 5038) or freeswitch (event socket, port 8021) is
    #[arg(long = "address", value_name = "HOST:PORT")]
    pbx_address: Option<String>,
    /// The account in manager.conf (asterisk)
    #[arg(long, value_name = "U")]
    username: Option<String>,
    /// Read its password, or the event socket's, from standard input
    #[arg(long)]
    secret_stdin: bool,
    /// Connect with TLS
    #[arg(long)]
    tls: bool,
    /// A channel that leads outside: its name, * allowed; may repeat
    #[arg(long = "trunk", value_name = "PATTERN")]
    trunks: Vec<String>,
}

impl ConnectionOptions {
    fn read(self) -> Result<ConnectionDraft> {
        let secret = if self.secret_stdin {
            Some(password::read_line()?.0)
        } else {
            None
        };
        Ok(ConnectionDraft {
            address: self.pbx_address,
            username: self.username,
            secret,
            tls: self.tls.then_some(true),
            trunks: (!self.trunks.is_empty()).then_some(self.trunks),
        })
    }
}

fn kind(text: &str) -> Result<SourceKind, String> {
    SourceKind::from_word(text)
        .ok_or_else(|| "must be generic, sipgate, placetel, asterisk or freeswitch".to_owned())
}

pub(super) fn run(command: Command, place: &PlaceOptions) -> Result<()> {
    block_on(async {
        let (store, key) = store::open(place).await?;
        match command {
            Command::Add {
                name,
                kind,
                token_stdin,
                connection,
                address,
            } => {
                let base = base_url(&store, &address, place).await?;
                let token = if token_stdin {
                    own_token(password::read_line()?.0).map_err(|why| anyhow!("the token {why}"))?
                } else {
                    new_token()
                };
                let name = source_name(&name).map_err(|why| anyhow!("the name {why}"))?;
                let mut config = empty_config();
                connection.read()?.put_into(&mut config);
                check(&store, kind, &config).await?;
                let (config, sealed) = split_secrets(config, None, &key);
                let new = NewSource {
                    name: &name,
                    kind,
                    enabled: true,
                    config: &config.to_string(),
                    sealed_secrets: sealed.as_deref(),
                    token: hash_token(&token.0),
                };
                let added = store.add_source(&new, SystemClock.now()).await;
                added.with_context(|| format!("the source {name} was not made"))?;
                print_urls(&base, kind, &token.0);
            }
            Command::List => {
                for source in store
                    .sources()
                    .await?
                    .iter()
                    .filter(|source| !source.deleted)
                {
                    let state = if source.enabled {
                        "enabled"
                    } else {
                        "disabled"
                    };
                    println!(
                        "{}\t{}\t{}\t{state}",
                        source.id,
                        source.name,
                        source.kind.as_str()
                    );
                }
            }
            Command::Rotate {
                name,
                overlap_hours,
                address,
            } => {
                let overlap = overlap_seconds(overlap_hours)
                    .map_err(|why| anyhow!("--overlap-hours {why}"))?;
                let base = base_url(&store, &address, place).await?;
                let source = find(&store, &name).await?;
                let token = new_token();
                let until = SystemClock.now().plus_seconds(overlap);
                store
                    .rotate_source_token(source.id, hash_token(&token.0), until)
                    .await?
                    .with_context(|| format!("{name} is gone meanwhile"))?;
                print_urls(&base, source.kind, &token.0);
            }
            Command::Disable { name } => set_enabled(&store, &name, false).await?,
            Command::Enable { name } => set_enabled(&store, &name, true).await?,
            Command::Config { name, file: None } => {
                let source = find(&store, &name).await?;
                let config: serde_json::Value = serde_json::from_str(&source.config)?;
                println!("{}", serde_json::to_string_pretty(&config)?);
            }
            Command::Config {
                name,
                file: Some(file),
            } => {
                configure(&store, &key, &name, &file).await?;
            }
        }
        store.close().await?;
        Ok(())
    })
}

async fn configure(
    store: &impl SourceStore,
    key: &SealingKey,
    name: &str,
    file: &std::path::Path,
) -> Result<()> {
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("standard input can not be read")?;
        text
    } else {
        std::fs::read_to_string(file)
            .with_context(|| format!("{} can not be read", file.display()))?
    };
    let mut config =
        serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
    let mut source = find(store, name).await?;
    keep_connection(&mut config, &serde_json::from_str(&source.config)?);
    check(store, source.kind, &config).await?;
    let (shown, sealed) = split_secrets(config, source.sealed_secrets.as_deref(), key);
    source.config = shown.to_string();
    source.sealed_secrets = sealed;
    update(store, &source).await
}

/// Says everything that is wrong with a configuration.
async fn check(
    store: &impl SourceStore,
    kind: SourceKind,
    config: &serde_json::Value,
) -> Result<()> {
    check_kind(kind, config).map_err(|(field, why)| anyhow!("--{field} {why}"))?;
    let country = Country::from_code(&store.settings().await?.country).unwrap_or_default();
    check_config(config, country).map_err(|problems| {
        let each: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow!("{}", each.join("; "))
    })
}

async fn set_enabled(store: &impl SourceStore, name: &str, enabled: bool) -> Result<()> {
    let mut source = find(store, name).await?;
    source.enabled = enabled;
    update(store, &source).await
}

async fn update(store: &impl SourceStore, source: &Source) -> Result<()> {
    let updated = store.update_source(source).await;
    let updated = updated.with_context(|| format!("{} was not changed", source.name))?;
    updated.with_context(|| format!("{} is gone meanwhile", source.name))?;
    Ok(())
}

async fn find(store: &impl SourceStore, name: &str) -> Result<Source> {
    let sources = store.sources().await?;
    let found = sources
        .into_iter()
        .find(|source| !source.deleted && source.name.eq_ignore_ascii_case(name.trim()));
    found.with_context(|| format!("there is no source {name}: see offhook source list"))
}

async fn base_url(
    store: &impl SourceStore,
    address: &AddressOptions,
    place: &PlaceOptions,
) -> Result<String> {
    let address = address.resolve(place)?;
    let url = (address.public_url.clone()).or(store.settings().await?.public_url);
    Ok(url.unwrap_or_else(|| address.url()))
}

fn print_urls(base: &str, kind: SourceKind, token: &str) {
    for url in source_urls(base, kind, token) {
        println!("{url}");
    }
}
