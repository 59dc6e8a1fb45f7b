use offhook_core::number::Country;
use offhook_store::Source;
use offhook_wire::config::{Invalid, MASK, SECRETS, SourceConfig};
use serde_json::{Map, Value, json};
use tracing::error;

use crate::SealingKey;

/// What a new source starts with: configured, and nothing special.
pub fn empty_config() -> Value {
    json!({
        "inbound": {"block_caller_ids": []},
        "outbound": {"routing_table": [], "default_caller_id": ""},
    })
}

/// A source with its rules ready to use.
#[derive(Debug)]
pub struct LiveSource {
    /// As it is stored.
    pub source: Source,
    /// What the configuration says.
    pub config: SourceConfig,
}

impl LiveSource {
    pub(super) fn new(source: Source, country: Country, key: &SealingKey) -> Self {
        let mut whole: Value = serde_json::from_str(&source.config).unwrap_or(Value::Null);
        if let (Some(sealed), Value::Object(whole)) = (&source.sealed_secrets, &mut whole) {
            match open_secrets(sealed, key) {
                Ok(secrets) => whole.extend(secrets),
                Err(why) => error!(source = source.name, why, "secrets can not be read"),
            }
        }
        let config = SourceConfig::parse(&whole, country).unwrap_or_else(|problems| {
            // It was checked when it was stored: an older or newer version did that.
            error!(
                source = source.name,
                ?problems,
                "the configuration makes no sense"
            );
            SourceConfig::default()
        });
        Self { source, config }
    }
}

/// A longer overlap of two URLs is refused: 90 days.
const MOST_OVERLAP_HOURS: u32 = 90 * 24;

/// How many seconds the old URLs of a source may work on beside a new one.
pub fn overlap_seconds(hours: u32) -> Result<i64, String> {
    if hours > MOST_OVERLAP_HOURS {
        return Err(format!("must be 0 to {MOST_OVERLAP_HOURS}"));
    }
    Ok(i64::from(hours) * 3600)
}

/// A name that a source may have, without blanks around it.
pub fn source_name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err("must be 1 to 100 characters of text");
    }
    Ok(name.to_owned())
}

/// Says of a configuration what is wrong with it, each with the path.
pub fn check_config(config: &Value, country: Country) -> Result<(), Vec<Invalid>> {
    SourceConfig::parse(config, country).map(|_| ())
}

/// Takes the secrets out of a configuration, sealed together with those kept from before. A secret
/// that is not named stays, `null` or empty takes it away.
pub fn split_secrets(
    mut config: Value,
    before: Option<&[u8]>,
    key: &SealingKey,
) -> (Value, Option<Vec<u8>>) {
    let mut secrets = before
        .and_then(|sealed| open_secrets(sealed, key).ok())
        .unwrap_or_default();
    mask_forward(&mut config);
    if let Value::Object(entries) = &mut config {
        for name in SECRETS {
            match entries.remove(name) {
                None => {}
                Some(Value::String(secret)) if !secret.is_empty() => {
                    secrets.insert(name.to_owned(), Value::String(secret));
                }
                Some(_) => {
                    secrets.remove(name);
                }
            }
        }
    }
    let sealed = (!secrets.is_empty()).then(|| key.seal(&Value::Object(secrets).to_string()));
    (config, sealed)
}

/// Of the address that is told of calls only scheme and host are shown, as the token may stand
/// anywhere after them; the whole one is a secret.
fn mask_forward(config: &mut Value) {
    let shown = config.pointer_mut("/forward/url");
    let whole = match shown {
        None => Some(Value::Null),
        Some(Value::String(url)) if url.contains(MASK) => None,
        Some(shown) => {
            let whole = shown.clone();
            if let Value::String(url) = shown {
                let host = url.find("://").map_or(0, |scheme| scheme + 3);
                let path = url[host..].find('/').map_or(url.len(), |path| host + path);
                url.replace_range(path.., "/");
                url.push_str(MASK);
            }
            Some(whole)
        }
    };
    if let (Value::Object(entries), Some(whole)) = (config, whole) {
        entries.insert("forward_url".to_owned(), whole);
    }
}

fn open_secrets(sealed: &[u8], key: &SealingKey) -> Result<Map<String, Value>, String> {
    let text = key.open_sealed(sealed).map_err(|error| error.to_string())?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(secrets)) => Ok(secrets),
        _ => Err("not an object".to_owned()),
    }
}
