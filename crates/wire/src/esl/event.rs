use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::codec::Frame;

/// The headers that are of use; an event has a hundred more.
const WANTED: [&str; 39] = [
    "Answer-State",
    "Bridge-A-Unique-ID",
    "Bridge-B-Unique-ID",
    "CC-Action",
    "CC-Member-Session-UUID",
    "CC-Queue",
    "Call-Direction",
    "Caller-Caller-ID-Name",
    "Caller-Caller-ID-Number",
    "Caller-Context",
    "Caller-Destination-Number",
    "Channel-Call-UUID",
    "Channel-Name",
    "Event-Name",
    "Event-Subclass",
    "FIFO-Action",
    "FIFO-Name",
    "Hangup-Cause",
    "Job-UUID",
    "Old-Unique-ID",
    "Other-Leg-Unique-ID",
    "Other-Type",
    "Unique-ID",
    "VM-Action",
    "variable_cc_member_session_uuid",
    "variable_current_application",
    "variable_current_application_data",
    "variable_dialed_user",
    "variable_fifo_outbound_uuid",
    "variable_last_app",
    "variable_offhook_dial",
    "variable_originator",
    "variable_other_loopback_from_uuid",
    "variable_other_loopback_leg_uuid",
    "variable_sip_auth_username",
    "variable_sip_gateway",
    "variable_sip_gateway_name",
    "variable_sip_hangup_disposition",
    "variable_user_name",
];

/// What comes after an event's headers counts up to this many characters: the answer to an order has a
/// word, that to somebody else's question may be long.
const MOST_BODY: usize = 200;

/// An event, as far as it is of use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Event {
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Event {
    /// Reads the body of a frame. The values of plain events are percent-encoded, those of JSON
    /// ones are not, and must not be decoded once more (facts/pbx-events.md, "FreeSWITCH ESL").
    pub(super) fn read(frame: &Frame) -> Option<Self> {
        match frame.header("Content-Type")? {
            "text/event-plain" => Some(Self::plain(&frame.body)),
            "text/event-json" => Self::json(&frame.body),
            _ => None,
        }
    }

    fn plain(body: &str) -> Self {
        // What follows an empty line is the body of the event.
        let (headers, body) = body.split_once("\n\n").unwrap_or((body, ""));
        let headers = (headers.lines()).filter_map(|line| line.split_once(": "));
        let mut event = Self {
            body: body.chars().take(MOST_BODY).collect(),
            ..Self::default()
        };
        for (key, value) in headers {
            event.add(key, || {
                let decoded = percent_decode_str(value.trim_end_matches('\r'));
                decoded.decode_utf8_lossy().into_owned()
            });
        }
        event
    }

    fn json(body: &str) -> Option<Self> {
        let Ok(Value::Object(headers)) = serde_json::from_str(body) else {
            return None;
        };
        let mut event = Self::default();
        for (key, value) in headers {
            match value {
                Value::String(text) => event.add(&key, || text),
                // A header that came more than once.
                Value::Array(texts) => {
                    if let Some(text) = texts.first().and_then(Value::as_str) {
                        event.add(&key, || text.to_owned());
                    }
                }
                _ => {}
            }
        }
        Some(event)
    }

    /// The first of several counts.
    fn add(&mut self, key: &str, value: impl FnOnce() -> String) {
        let Ok(place) = WANTED.binary_search(&key) else {
            return;
        };
        let Some(name) = WANTED.get(place) else {
            return;
        };
        if !self.headers.iter().any(|(known, _)| known == name) {
            self.headers.push((name, value()));
        }
    }

    /// The value of a header; empty ones count as missing.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| *known == key);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// What came after the headers of a plain event.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// What happened: `CHANNEL_CREATE`, or the subclass of a custom one.
    pub(super) fn name(&self) -> &str {
        match self.get("Event-Name").unwrap_or("") {
            "CUSTOM" => self.get("Event-Subclass").unwrap_or("CUSTOM"),
            name => name,
        }
    }

    /// An event of these headers, as far as they are of use.
    pub(super) fn from_headers(headers: &[(&str, &str)]) -> Self {
        let mut event = Self::default();
        for (key, value) in headers {
            event.add(key, || (*value).to_owned());
        }
        event
    }
}

#[cfg(test)]
mod tests {
    use super::super::codec::Decoder;
    use super::*;

    fn event(kind: &str, body: &str) -> Option<Event> {
        let mut decoder = Decoder::default();
        let length = body.len();
        decoder
            .feed(format!("Content-Length: {length}\nContent-Type: {kind}\n\n{body}").as_bytes());
        Event::read(&decoder.next().unwrap().unwrap())
    }

    #[test]
    fn wanted_headers_are_in_order() {
        assert!(WANTED.is_sorted());
    }

    #[test]
    fn plain_and_json() {
        let plain = "Event-Name: CHANNEL_CREATE\nUnique-ID: a%2Bb%zz%C3%BC\nSomething: else\n\
                     Unique-ID: later\nHangup-Cause: \n\nChannel-Name: body";
        let json = r#"{"Event-Name":"CHANNEL_CREATE","Unique-ID":"a%2Bb","Hangup-Cause":["A","B"],
                       "Channel-Name":5}"#;
        let plain = event("text/event-plain", plain).unwrap();
        assert_eq!(plain.name(), "CHANNEL_CREATE");
        assert_eq!(plain.body(), "Channel-Name: body");
        assert_eq!(plain.get("Unique-ID"), Some("a+b%zzü"));
        assert_eq!(
            (plain.get("Hangup-Cause"), plain.get("Channel-Name")),
            (None, None)
        );
        let json = event("text/event-json", json).unwrap();
        assert_eq!(json.get("Unique-ID"), Some("a%2Bb"));
        assert_eq!(
            (json.get("Hangup-Cause"), json.get("Channel-Name")),
            (Some("A"), None)
        );
        assert_eq!(event("text/event-json", "[1]"), None);
        assert_eq!(event("api/response", "{}"), None);
        let custom = "Event-Name: CUSTOM\nEvent-Subclass: callcenter%3A%3Ainfo";
        assert_eq!(
            event("text/event-plain", custom).unwrap().name(),
            "callcenter::info"
        );
    }
}
