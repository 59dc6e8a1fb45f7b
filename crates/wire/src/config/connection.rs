use std::fmt;

use super::Invalid;
use super::place::Place;
use crate::pbx::Trunks;

/// How a PBX that we listen to is reached: `connection` of a configuration, and
/// `connection_secret` beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// Name or address of the machine; an IPv6 address without brackets.
    pub host: String,
    /// The port; none for the kind's own.
    pub port: Option<u16>,
    /// The manager's account (Asterisk); may be empty.
    pub username: String,
    /// Its password, or the event socket's (FreeSWITCH); may be empty.
    pub secret: String,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Which channels lead outside.
    pub trunks: Trunks,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Connection {
    pub(super) fn parse(top: &Place<'_>, wrong: &mut Vec<Invalid>) -> Option<Self> {
        let place = top.at("connection");
        let secret = top.at("connection_secret").text(wrong).unwrap_or("");
        place.object(wrong)?;
        let address = place.at("address");
        let text = address.needed_text(wrong).unwrap_or("");
        let Some((host, port)) = read_address(text) else {
            address.refuse("must be HOST or HOST:PORT", wrong);
            return None;
        };
        let username = place.at("username");
        let name = username.text(wrong).unwrap_or("");
        if name.contains(char::is_control) {
            username.refuse("must be text in one line", wrong);
        }
        if secret.contains(char::is_control) {
            let secret = top.at("connection_secret");
            secret.refuse("must be text in one line", wrong);
        }
        let trunks = place.at("trunks").list_or_one(wrong);
        let trunks: Vec<&str> = trunks
            .iter()
            .filter_map(|trunk| trunk.text(wrong))
            .collect();
        Some(Self {
            host: host.to_owned(),
            port,
            username: name.to_owned(),
            secret: secret.to_owned(),
            tls: place.at("tls").flag(wrong),
            trunks: Trunks::new(trunks),
        })
    }
}

/// Host and port of `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`.
fn read_address(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            match rest {
                "" => (host, None),
                rest => (host, Some(rest.strip_prefix(':')?)),
            }
        }
        // More than one colon and no brackets: an IPv6 address alone.
        None => match text.split_once(':') {
            Some((_, rest)) if rest.contains(':') => (text, None),
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '/';
    if host.is_empty() || host.contains(odd) {
        return None;
    }
    let port = match port {
        None => None,
        Some(port) => Some(port.parse().ok().filter(|port| *port > 0)?),
    };
    Some((host, port))
}

#[cfg(test)]
mod tests {
    use super::read_address;

    #[test]
    fn addresses() {
        for (text, read) in [
            ("pbx", Some(("pbx", None))),
            ("pbx:5038", Some(("pbx", Some(5038)))),
            ("10.0.0.5:5038", Some(("10.0.0.5", Some(5038)))),
            ("[::1]:5038", Some(("::1", Some(5038)))),
            ("[::1]", Some(("::1", None))),
            ("fe80::1", Some(("fe80::1", None))),
            ("", None),
            (":5038", None),
            ("pbx:", None),
            ("pbx:0", None),
            ("pbx:99999", None),
            ("[::1]5038", None),
            ("http://pbx", None),
            ("a b", None),
        ] {
            assert_eq!(read_address(text), read, "{text}");
        }
    }
}
