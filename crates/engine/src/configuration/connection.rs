use offhook_store::SourceKind;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// How a PBX that we listen to is reached, in flat names as commands and the API have them. What is
/// left out stays as it is.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ConnectionDraft {
    /// `HOST` or `HOST:PORT`.
    pub address: Option<String>,
    /// The manager's account (Asterisk).
    pub username: Option<String>,
    /// Its password, or the event socket's (FreeSWITCH).
    pub secret: Option<String>,
    /// Whether the connection is encrypted.
    pub tls: Option<bool>,
    /// Which channels lead outside: names, `*` allowed.
    pub trunks: Option<Vec<String>>,
}

impl ConnectionDraft {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        let texts = [&self.address, &self.username, &self.secret];
        texts.into_iter().all(Option::is_none) && self.tls.is_none() && self.trunks.is_none()
    }

    /// Puts it into a configuration.
    pub fn put_into(self, config: &mut Value) {
        let said = [
            ("address", self.address.map(Value::from)),
            ("username", self.username.map(Value::from)),
            ("tls", self.tls.map(Value::from)),
            ("trunks", self.trunks.map(Value::from)),
        ];
        let said: Map<String, Value> = (said.into_iter())
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .collect();
        let Value::Object(config) = config else {
            return;
        };
        if let Some(secret) = self.secret {
            config.insert("connection_secret".to_owned(), secret.into());
        }
        if said.is_empty() {
            return;
        }
        let connection = config.entry("connection").or_insert_with(|| json!({}));
        if let Value::Object(connection) = connection {
            connection.extend(said);
        }
    }
}

/// Says what is missing or too much in a configuration of a source of this kind: the field, and
/// what about it.
pub fn check_kind(kind: SourceKind, config: &Value) -> Result<(), (&'static str, &'static str)> {
    let address = &config["connection"]["address"];
    if kind.is_listened_to() {
        if address
            .as_str()
            .is_none_or(|address| address.trim().is_empty())
        {
            return Err(("address", "must be where the PBX is: HOST or HOST:PORT"));
        }
        let username = config["connection"]["username"].as_str();
        if kind == SourceKind::Asterisk && username.is_none_or(|name| name.trim().is_empty()) {
            return Err(("username", "must be that of an account in manager.conf"));
        }
    } else if !address.is_null() {
        return Err((
            "address",
            "is only for kinds that we connect to: asterisk, freeswitch",
        ));
    }
    Ok(())
}

/// A configuration that says nothing of the connection leaves it as it was, so that Zammad's own
/// settings can be pasted in.
pub fn keep_connection(config: &mut Value, before: &Value) {
    if let (Value::Object(config), Some(connection)) = (config, before.get("connection")) {
        config
            .entry("connection")
            .or_insert_with(|| connection.clone());
    }
}
