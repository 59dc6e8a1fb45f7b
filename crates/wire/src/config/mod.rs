//! A source's configuration, in the keys of Zammad's own settings (contract, "A source's
//! `config`"; facts/zammad-cti.md 7.1), so that one can be pasted in.
//!
//! What is read here is what counts; the JSON itself is kept by the caller as it was given, with
//! the keys that mean nothing to us.

mod connection;
mod dial;
mod forward;
mod place;

use offhook_core::UserId;
use offhook_core::call::Party;
use offhook_core::number::Country;
use offhook_core::rules::{
    BlockEntry, Keep, NotifyMap, NotifyRow, Pattern, Places, Route, SourceRules,
};
use serde_json::Value;

pub use connection::Connection;
pub use dial::DialRules;
pub use forward::{Forwarding, is_masked, masked};
pub use place::{Invalid, parse_moment};

use place::Place;

/// Keys of a configuration whose values are never shown again, nor recorded.
pub const SECRETS: [&str; 4] = [
    "signature_secret",
    "api_token",
    "connection_secret",
    "forward_url",
];

/// Stands for the part of a value that is secret.
pub const MASK: &str = "***";

/// What the configuration of a source says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceConfig {
    configured: bool,
    /// What new calls are answered with: the block list, the routing table and the default.
    pub rules: SourceRules,
    /// Whom its calls concern.
    pub notify: NotifyMap,
    /// sipgate's users: their name there (`w0`), and the user's id or e-mail address here.
    pub remotes: Vec<(String, String)>,
    /// Placetel's devices: the SIP user, and the user's id or e-mail address here.
    pub devices: Vec<(String, String)>,
    /// So many calls are shown at first.
    pub view_limit: Option<i64>,
    /// Whether sipgate's signature is demanded.
    pub verify_signature: bool,
    /// The secret that Placetel signs with; its signature is demanded if there is one.
    pub signature_secret: Option<String>,
    /// Which calls are kept at all.
    pub keep: Keep,
    /// How a PBX that we listen to is reached.
    pub connection: Option<Connection>,
    /// Another system that is told of the calls.
    pub forward: Option<Forwarding>,
    /// SHA-256 of the certificate that such a PBX showed, where no authority signed it.
    pub fingerprint: Option<String>,
    /// How such a PBX is made to dial.
    pub dial: DialRules,
}

impl SourceConfig {
    /// Reads a configuration, or says everything that is wrong with it. Unknown keys are fine;
    /// rows with nothing in them, as an admin page leaves them, count as not there. National
    /// numbers are those of `country`.
    pub fn parse(json: &Value, country: Country) -> Result<Self, Vec<Invalid>> {
        let mut wrong = Vec::new();
        let top = Place::top(json);
        top.object(&mut wrong);
        let (inbound, outbound) = (top.at("inbound"), top.at("outbound"));
        let configured = [&inbound, &outbound].map(|part| part.object(&mut wrong).is_some());
        let rules = SourceRules {
            blocked: blocked(&inbound, country, &mut wrong),
            routes: routes(&outbound, country, &mut wrong),
            default_caller_id: (outbound.at("default_caller_id").text(&mut wrong))
                .map(|number| Party::read(number, country)),
            country,
        };
        let config = Self {
            configured: configured == [true, true],
            rules,
            notify: NotifyMap::new(notify(&top, &mut wrong), country),
            remotes: users(&top.at("user_remote_map"), "remote_user_id", &mut wrong),
            devices: users(&top.at("user_device_map"), "device_id", &mut wrong),
            view_limit: top.at("view_limit").number(&mut wrong),
            verify_signature: top.at("verify_signature").flag(&mut wrong),
            signature_secret: top
                .at("signature_secret")
                .text(&mut wrong)
                .map(str::to_owned),
            keep: keep(&top, country, &mut wrong),
            connection: Connection::parse(&top, &mut wrong),
            forward: Forwarding::parse(&top, &mut wrong),
            fingerprint: (top.at("connection").at("fingerprint").text(&mut wrong))
                .map(str::to_owned),
            dial: DialRules::parse(&top, &mut wrong),
        };
        if wrong.is_empty() {
            Ok(config)
        } else {
            Err(wrong)
        }
    }

    /// Whether there is an inbound and an outbound part with something in each, be it empty lists:
    /// without, the endpoint refuses every request (facts/zammad-cti.md 1.3 step 3).
    pub fn is_configured(&self) -> bool {
        self.configured
    }
}

/// `record` and `never`. An empty object says nothing; one with empty lists keeps nothing.
fn keep(top: &Place<'_>, country: Country, wrong: &mut Vec<Invalid>) -> Keep {
    let mut places = |place: &Place<'_>| {
        let mut list = |name: &str| {
            let texts = place.at(name).list_or_one(wrong);
            let texts = texts.iter().filter_map(|text| text.text(wrong));
            texts.map(|text| Pattern::parse(text, country)).collect()
        };
        Places {
            queues: list("queues"),
            numbers: list("numbers"),
            extensions: list("extensions"),
            contexts: list("contexts"),
        }
    };
    let (record, never) = (top.at("record"), top.at("never"));
    let (recorded, never_recorded) = (places(&record), places(&never));
    let lists = ["queues", "numbers", "extensions", "contexts"];
    let object = record.object(wrong);
    never.object(wrong);
    let says = object.is_some_and(|object| lists.iter().any(|list| object.contains_key(*list)));
    Keep {
        record: says.then_some(recorded),
        internal: record.at("internal").flag(wrong),
        never: never_recorded,
    }
}

fn blocked(inbound: &Place<'_>, country: Country, wrong: &mut Vec<Invalid>) -> Vec<BlockEntry> {
    let rows = inbound.at("block_caller_ids").rows(wrong);
    let row = |(place, row): (usize, Place<'_>)| {
        let caller_id = row.at("caller_id").needed_text(wrong);
        let expires_at = row.at("expires_at").moment(wrong);
        let note = row.at("note").text(wrong);
        Some(BlockEntry {
            row: place,
            caller_id: Pattern::parse(caller_id?, country),
            note: note.unwrap_or("").to_owned(),
            expires_at,
        })
    };
    rows.into_iter().enumerate().filter_map(row).collect()
}

fn routes(outbound: &Place<'_>, country: Country, wrong: &mut Vec<Invalid>) -> Vec<Route> {
    let rows = outbound.at("routing_table").rows(wrong);
    let row = |(place, row): (usize, Place<'_>)| {
        let dest = row.at("dest").needed_text(wrong);
        // An empty one means something: these calls stay as they are.
        let caller_id = row.at("caller_id").needed_text(wrong).unwrap_or("");
        let note = row.at("note").text(wrong);
        Some(Route {
            row: place,
            dest: Pattern::parse(dest?, country),
            caller_id: Party::read(caller_id, country),
            note: note.unwrap_or("").to_owned(),
        })
    };
    rows.into_iter().enumerate().filter_map(row).collect()
}

fn notify(top: &Place<'_>, wrong: &mut Vec<Invalid>) -> Vec<NotifyRow> {
    let rows = top.at("notify_map").rows(wrong);
    let row = |row: Place<'_>| {
        let queue = row.at("queue").needed_text(wrong);
        let ids = row.at("user_ids").list_or_one(wrong);
        let user_ids = ids.iter().filter_map(|id| id.number(wrong)).map(UserId);
        let user_ids: Vec<UserId> = user_ids.collect();
        // Users of no queue are no reason to show everything to everybody: the row stays, and is for
        // no call.
        let says_something = queue.is_some() || !user_ids.is_empty();
        says_something.then(|| NotifyRow {
            queue: queue.unwrap_or_default().to_owned(),
            user_ids,
        })
    };
    rows.into_iter().filter_map(row).collect()
}

/// The rows that say which name over there is which user here; rows without a user say nothing.
fn users(map: &Place<'_>, key: &str, wrong: &mut Vec<Invalid>) -> Vec<(String, String)> {
    let rows = map.rows(wrong);
    let row = |row: Place<'_>| {
        let there = row.at(key).needed_text(wrong);
        let here = row.at("user_id").user(wrong);
        Some((there?.to_owned(), here?))
    };
    rows.into_iter().filter_map(row).collect()
}
