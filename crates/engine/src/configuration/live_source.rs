use offhook_core::number::Country;
use offhook_store::Source;
use offhook_wire::config::{Invalid, SECRETS, SourceConfig, is_masked, masked};
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
/// that is not named stays, `null` or empty takes it away. What is shown is an object, also where
/// nothing was said (`null`, or `[]` as PHP and Rails write an empty one).
pub fn split_secrets(
    mut config: Value,
    before: Option<&[u8]>,
    key: &SealingKey,
) -> (Value, Option<Vec<u8>>) {
    let mut secrets = before
        .and_then(|sealed| open_secrets(sealed, key).ok())
        .unwrap_or_default();
    if !config.is_object() {
        config = Value::Object(Map::new());
    }
    forward_url_apart(&mut config);
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
    if let Some(Value::String(url)) = config.pointer_mut("/forward/url") {
        // Whoever changes what is shown does not send the token elsewhere.
        let whole = secrets.get("forward_url").and_then(Value::as_str);
        *url = masked(whole.unwrap_or(url));
    }
    let sealed = (!secrets.is_empty()).then(|| key.seal(&Value::Object(secrets).to_string()));
    (config, sealed)
}

/// Makes a secret of the whole address that is told of calls, unless it is the one that was shown.
fn forward_url_apart(config: &mut Value) {
    let whole = match config.pointer("/forward/url") {
        None => Value::Null,
        Some(Value::String(url)) if is_masked(url) => return,
        Some(whole) => whole.clone(),
    };
    if let Value::Object(entries) = config {
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
