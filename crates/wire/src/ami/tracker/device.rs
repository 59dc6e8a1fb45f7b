//! What a channel's name and surroundings tell of the device behind it.

use std::collections::{HashMap, HashSet};

use crate::pbx::Trunks;

/// What is at the other end of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A phone here.
    Phone,
    /// The world outside.
    Trunk,
    /// Half of a pair within Asterisk: never a party of a call, but conversations lead through it.
    Local,
    /// Something of Asterisk's own: recorders, announcers, listeners.
    Other,
}

/// Channels of these never are a party of a call.
const OTHERS: [&str; 14] = [
    "announcer",
    "asyncgoto",
    "bridge",
    "cbann",
    "cbrec",
    "confbridge",
    "console",
    "message",
    "multicastrtp",
    "parked",
    "recorder",
    "snoop",
    "surrogate",
    "unicastrtp",
];

/// Lines rather than accounts: one that calls, calls from outside, if nothing else is known.
const LINES: [&str; 7] = [
    "capi", "dahdi", "dongle", "misdn", "quectel", "woomera", "zap",
];

/// The names of contexts for calls from outside, as FreePBX and the samples have them.
const OUTSIDE: [&str; 14] = [
    "from-trunk",
    "from-pstn",
    "from-did",
    "from-external",
    "from-sip-external",
    "from-outside",
    "from-dahdi",
    "from-zaptel",
    "from-carrier",
    "from-provider",
    "public",
    "inbound",
    "incoming",
    "trunk",
];

/// Words in the name of a context that tell of outside, where nothing better is known.
const OUTSIDE_WORDS: [&str; 16] = [
    "trunk",
    "trunks",
    "pstn",
    "did",
    "dids",
    "external",
    "extern",
    "public",
    "inbound",
    "incoming",
    "eingehend",
    "outside",
    "provider",
    "carrier",
    "isdn",
    "amt",
];

/// Words in the name of a context of phones.
const INSIDE_WORDS: [&str; 9] = [
    "internal",
    "local",
    "phones",
    "phone",
    "users",
    "intern",
    "outbound",
    "outgoing",
    "extensions",
];

/// The technology and the account, port or group of a channel's name: `PJSIP` and `carrier` of
/// `PJSIP/carrier-0000001a`.
pub(super) fn split(channel: &str) -> (&str, &str) {
    let (tech, rest) = channel.split_once('/').unwrap_or(("", channel));
    let endpoint = rest.rsplit_once('-').map_or(rest, |(endpoint, _)| endpoint);
    // Lines name their group or port first: `DAHDI/i1/0301234-5`.
    (tech, endpoint.split('/').next().unwrap_or(endpoint))
}

/// Whether a text looks like an extension: two to six digits.
pub(super) fn is_short(text: &str) -> bool {
    (2..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a caller's number or name only says that there is none.
pub(super) fn is_withheld(text: &str) -> bool {
    let words = [
        "",
        "anonymous",
        "unknown",
        "restricted",
        "withheld",
        "private",
        "unavailable",
    ];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a text is a number that a phone can dial.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.len() >= 2
        && (digits.bytes()).all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#'))
}

/// The number that a DialString sends outside: `peer/<number>` or `<number>@peer`, with the
/// technology in front or not. A contact (`101/sip:101@10.0.0.5`) is none, unless its user is a
/// number of the world outside.
pub(super) fn number_outside<'a>(tech: &str, dial: &'a str) -> Option<&'a str> {
    let dial = match dial.split_once('/') {
        Some((first, rest)) if !tech.is_empty() && first.eq_ignore_ascii_case(tech) => rest,
        _ => dial,
    };
    let number = match dial.split_once('/') {
        Some((_, rest)) => rest.split(['/', '@']).next().unwrap_or(rest),
        None => dial.split_once('@')?.0,
    };
    if let Some(user) = number.strip_prefix("sip:") {
        let outside = user.starts_with('+') || user.len() >= 7;
        return (outside && is_number(user)).then_some(user);
    }
    let number = number.trim_start_matches(['w', 'W']);
    is_number(number).then_some(number)
}

/// Where a channel was first seen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look<'a> {
    pub(super) channel: &'a str,
    pub(super) context: &'a str,
    pub(super) caller: &'a str,
    pub(super) exten: &'a str,
    /// It was dialled, with this DialString.
    pub(super) dial: Option<&'a str>,
    /// It was first seen long after its beginning: context and exten are of now.
    pub(super) late: bool,
}

/// What is known of the PBX's devices.
#[derive(Debug, Default)]
pub(super) struct Devices {
    trunks: Trunks,
    /// Devices that were seen to be trunks, as `tech/endpoint` in lowercase.
    seen_trunks: HashSet<String>,
    /// The extensions of devices, by hints and by how the devices call themselves.
    extensions: HashMap<String, String>,
}

/// No PBX has more devices.
const MAX_DEVICES: usize = 50_000;

fn key(channel: &str) -> String {
    let (tech, endpoint) = split(channel);
    format!("{tech}/{endpoint}").to_lowercase()
}

fn has_word(context: &str, words: &[&str]) -> bool {
    context
        .split(|char: char| !char.is_ascii_alphanumeric())
        .any(|word| words.contains(&word))
}

impl Devices {
    pub(super) fn new(trunks: Trunks) -> Self {
        Self {
            trunks,
            ..Self::default()
        }
    }

    /// What a channel is. The administrator's patterns come first; without any, what it looks
    /// like. The context of a dialled trunk channel misleads (facts/pbx-events.md, "Direction"):
    /// it is asked only whether the device is a trunk, never who called whom.
    pub(super) fn kind(&self, look: Look<'_>) -> Kind {
        let (tech, endpoint) = split(look.channel);
        let tech = tech.to_lowercase();
        if tech == "local" {
            return Kind::Local;
        }
        if OTHERS.contains(&tech.as_str()) {
            return Kind::Other;
        }
        let kind = |trunk: bool| if trunk { Kind::Trunk } else { Kind::Phone };
        if !self.trunks.is_unset() {
            let device = format!("{tech}/{endpoint}");
            let names = [look.channel, &device, endpoint, look.context];
            return kind(self.trunks.matches(names));
        }
        let device = key(look.channel);
        if self.seen_trunks.contains(&device) {
            return Kind::Trunk;
        }
        let context = look.context.to_lowercase();
        if OUTSIDE.iter().any(|name| context.starts_with(name)) {
            return Kind::Trunk;
        }
        let long = |number: &str| number.len() >= 7 && is_number(number);
        // `peer/peer/host` is the way to a registered phone; a phone has no number but its own.
        let outside = (look.dial).and_then(|dial| number_outside(&tech, dial));
        if let Some(number) = outside.filter(|number| *number != endpoint)
            && (long(number) || !is_short(endpoint))
        {
            return Kind::Trunk;
        }
        let calls_itself_so = look.dial.is_none() && look.caller == endpoint;
        if is_short(endpoint) || calls_itself_so || self.extensions.contains_key(&device) {
            return Kind::Phone;
        }
        if look.dial.is_some() {
            let late = look.late && long(look.caller);
            return kind(has_word(&context, &OUTSIDE_WORDS) || late);
        }
        if look.late {
            return kind(is_withheld(look.caller) || long(look.caller));
        }
        if has_word(&context, &INSIDE_WORDS) {
            return Kind::Phone;
        }
        kind(
            has_word(&context, &OUTSIDE_WORDS)
                || LINES.contains(&tech.as_str())
                || long(look.caller)
                || (long(look.exten) && is_withheld(look.caller)),
        )
    }

    /// Remembers that this channel's device is a trunk, or learns a phone's extension from how it
    /// calls.
    pub(super) fn learn(&mut self, channel: &str, kind: Kind, caller: &str) {
        let (_, endpoint) = split(channel);
        match kind {
            Kind::Trunk if !is_short(endpoint) && self.seen_trunks.len() < MAX_DEVICES => {
                self.seen_trunks.insert(key(channel));
            }
            Kind::Phone if !is_short(endpoint) && is_short(caller) => {
                self.remember(key(channel), caller, false);
            }
            _ => {}
        }
    }

    /// Learns the extension of a device from a hint: `Exten: 101`, `Hint: PJSIP/anna&Custom:x`.
    /// One of several devices counts only if the extension is in its name: the hint of a group
    /// has many.
    pub(super) fn hint(&mut self, exten: &str, hint: &str) {
        if !is_short(exten) {
            return;
        }
        let devices = || hint.split('&').filter(|device| device.contains('/'));
        let alone = devices().count() == 1;
        for device in devices() {
            let endpoint = device.split_once('/').map_or("", |(_, endpoint)| endpoint);
            if alone || endpoint.contains(exten) {
                self.remember(device.to_lowercase(), exten, true);
            }
        }
    }

    fn remember(&mut self, device: String, exten: &str, better: bool) {
        if let Some(known) = self.extensions.get_mut(&device) {
            if better && known != exten {
                exten.clone_into(known);
            }
        } else if self.extensions.len() < MAX_DEVICES {
            self.extensions.insert(device, exten.to_owned());
        }
    }

    /// The extension of a phone: by its hint, by its name, else as it calls itself. FreePBX calls
    /// the browser phone of 101 `99101`, and dials it as 101.
    pub(super) fn extension(&self, channel: &str, caller: &str, dialled_as: &str) -> String {
        let (_, endpoint) = split(channel);
        let browser = (endpoint.strip_prefix("99"))
            .filter(|rest| is_short(rest) && (*rest == caller || *rest == dialled_as));
        if let Some(extension) = browser {
            return extension.to_owned();
        }
        if let Some(extension) = self.extensions.get(&key(channel)) {
            return extension.clone();
        }
        if !is_short(endpoint) && is_short(caller) {
            return caller.to_owned();
        }
        endpoint.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Devices, Kind, Look, is_short, number_outside, split};
    use crate::pbx::Trunks;

    #[test]
    fn names() {
        for (channel, tech, endpoint) in [
            ("IAX2/carrier-5300", "IAX2", "carrier"),
            ("PJSIP/my-trunk-0000001a", "PJSIP", "my-trunk"),
            ("DAHDI/i1/0301234-5", "DAHDI", "i1"),
            ("DAHDI/1-1", "DAHDI", "1"),
            ("SIP/10.0.0.1-00000002", "SIP", "10.0.0.1"),
            ("odd", "", "odd"),
            ("", "", ""),
        ] {
            assert_eq!(split(channel), (tech, endpoint), "{channel}");
        }
        assert!(is_short("12") && is_short("123456"));
        assert!(!is_short("1") && !is_short("1234567") && !is_short("10a"));
    }

    #[test]
    fn numbers_outside() {
        for (tech, dial, number) in [
            ("IAX2", "carrier/494066969222", Some("494066969222")),
            ("PJSIP", "+49402@carrier", Some("+49402")),
            ("DAHDI", "g0/ww0301234", Some("0301234")),
            ("SIP", "SIP/carrier/110", Some("110")),
            (
                "PJSIP",
                "carrier/sip:+49402@sip.example.com",
                Some("+49402"),
            ),
            ("PJSIP", "101/sip:101@10.0.0.5", None),
            ("PJSIP", "anna/sip:x7a@10.0.0.5;ob", None),
            ("IAX2", "IAX2/101", None),
            ("SIP", "101", None),
            ("SIP", "anna@example.com", None),
            ("", "", None),
        ] {
            assert_eq!(number_outside(tech, dial), number, "{dial}");
        }
    }

    #[test]
    fn kinds_by_their_looks() {
        let devices = Devices::new(Trunks::default());
        for (channel, context, caller, exten, dial, kind) in [
            ("Local/1@x-0;1", "from-trunk", "", "", None, Kind::Local),
            ("ConfBridge/x-1", "from-trunk", "", "", None, Kind::Other),
            ("SIP/abc-1", "from-trunk-abc", "", "s", None, Kind::Trunk),
            ("SIP/12345-1", "from-pstn", "4930", "4", None, Kind::Trunk),
            // The context that the guide names for FreePBX.
            (
                "SIP/12345-1",
                "from-trunk-offhook",
                "4930",
                "4",
                None,
                Kind::Trunk,
            ),
            (
                "SIP/101-1",
                "default",
                "4930123456",
                "0301234567",
                None,
                Kind::Phone,
            ),
            (
                "SIP/anna-1",
                "from-internal",
                "4930123456",
                "0301234567",
                None,
                Kind::Phone,
            ),
            (
                "SIP/anna-1",
                "default",
                "101",
                "0301234567",
                None,
                Kind::Phone,
            ),
            (
                "SIP/150010001-1",
                "accounts",
                "150010001",
                "202",
                None,
                Kind::Phone,
            ),
            (
                "PJSIP/sipgate-1",
                "sipgate-in",
                "4917123456",
                "23",
                None,
                Kind::Trunk,
            ),
            ("PJSIP/sipgate-1", "von-extern", "", "s", None, Kind::Trunk),
            ("DAHDI/i1/0301-1", "default", "", "23", None, Kind::Trunk),
            ("PJSIP/abc-1", "", "", "s", Some("110@abc"), Kind::Trunk),
            (
                "PJSIP/101-1",
                "from-internal",
                "",
                "s",
                Some("101/sip:101@h"),
                Kind::Phone,
            ),
            (
                "SIP/150010002-1",
                "x",
                "",
                "s",
                Some("150010002/150010002/h"),
                Kind::Phone,
            ),
            ("PJSIP/anna-1", "x", "", "s", Some("anna"), Kind::Phone),
        ] {
            let look = Look {
                channel,
                context,
                caller,
                exten,
                dial,
                late: false,
            };
            assert_eq!(devices.kind(look), kind, "{look:?}");
        }
    }

    #[test]
    fn kinds_by_patterns() {
        let devices = Devices::new(Trunks::new(["PJSIP/out*", "special"]));
        for (channel, context, kind) in [
            ("PJSIP/out1-0001", "default", Kind::Trunk),
            ("PJSIP/in-0001", "from-trunk", Kind::Phone),
            ("PJSIP/in-0001", "special", Kind::Trunk),
            ("Local/out@special-0;1", "special", Kind::Local),
        ] {
            let look = Look {
                channel,
                context,
                ..Look::default()
            };
            assert_eq!(devices.kind(look), kind, "{channel} {context}");
        }
    }

    #[test]
    fn extensions() {
        let mut devices = Devices::new(Trunks::default());
        devices.hint("205", "PJSIP/anna&Custom:DND205,CustomPresence:205");
        devices.hint("101", "PJSIP/101&PJSIP/99101&Custom:DND101");
        devices.hint("600", "PJSIP/ben&PJSIP/carla");
        devices.hint("*76101", "Custom:x");
        devices.learn("SIP/door-1", Kind::Phone, "150");
        for (channel, caller, dialled_as, extension) in [
            ("PJSIP/anna-1", "", "", "205"),
            ("PJSIP/99101-1", "", "", "101"),
            ("PJSIP/99102-1", "", "102", "102"),
            ("PJSIP/99102-1", "102", "", "102"),
            ("PJSIP/99102-1", "", "600", "99102"),
            ("PJSIP/ben-1", "", "", "ben"),
            ("PJSIP/ben-1", "103", "", "103"),
            ("SIP/door-7", "", "", "150"),
            ("SIP/102-7", "4930123", "", "102"),
        ] {
            assert_eq!(
                devices.extension(channel, caller, dialled_as),
                extension,
                "{channel}"
            );
        }
    }
}
