use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use offhook_core::call::Party;
use offhook_core::number::{Country, NumberKey, may_be_emergency, pretty};
use offhook_core::{SourceId, UnixMillis};
use offhook_store::{SourceKind, User};
use offhook_wire::config::DialRules;
use offhook_wire::pbx::Originate;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::dials::{Dial, DialState, Dials, Heard};
use super::{ConnectionState, Statuses};
use crate::clock::{Clock, random_bytes};
use crate::configuration::{Configuration, LiveSource};

/// A PBX says within this time whether it will dial.
const PATIENCE: Duration = Duration::from_secs(5);
/// What becomes of it, a phone that rings above all, shows within this time after that; else
/// whoever asked is told that it was ordered.
const RINGS_WITHIN: Duration = Duration::from_secs(3);

/// Something that a line is to ask of its PBX.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) originate: Originate,
    /// Later than this it is not wanted any more.
    pub(super) until: UnixMillis,
}

/// The way to the lines that there are.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<HashMap<SourceId, mpsc::Sender<Order>>>>);

impl Lines {
    pub(super) fn add(&self, source: SourceId, line: mpsc::Sender<Order>) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.insert(source, line);
    }

    fn to(&self, source: SourceId) -> Option<mpsc::Sender<Order>> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.get(&source).cloned()
    }
}

/// Why nothing is dialled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// What was to be called is no number.
    #[error("this is no number that can be dialled")]
    NotANumber,
    /// Nobody wants to be rung first by mistake, least of all those.
    #[error("emergency numbers are dialled on the phone itself")]
    Emergency,
    /// The user has no phone that could be rung first.
    #[error("you have no phone: an administrator can give you the number of yours, under Users")]
    NoPhone,
    /// The phone named is none of the user's.
    #[error("this is none of your phones")]
    ForeignPhone,
    /// No PBX that is listened to is connected and may dial.
    #[error("no phone system that could dial is connected")]
    NoPbx,
    /// The user's phone is not there.
    #[error("your phone can not be reached: it is not registered at the phone system")]
    Unreachable,
    /// The user's phone is busy, or they declined.
    #[error("your phone is busy, or the call was declined on it")]
    Busy,
    /// The user did not pick up.
    #[error("your phone was not picked up")]
    NotPickedUp,
    /// The PBX has no line free.
    #[error("the phone system has no line free")]
    Congested,
    /// The PBX does not do it.
    #[error("the phone system does not dial: {0}")]
    Refused(String),
    /// The PBX does not say anything.
    #[error("the phone system does not answer")]
    Silent,
}

/// Click to dial: rings a user's phone, then dials for them.
#[derive(Clone)]
pub struct Dialer {
    /// The lines.
    pub lines: Lines,
    /// How they are.
    pub statuses: Statuses,
    /// What is being dialled.
    pub dials: Dials,
    /// Which sources there are.
    pub configuration: Arc<Configuration>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Dialer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialer").finish_non_exhaustive()
    }
}

impl Dialer {
    /// Rings the user's phone (`from`, else their first extension), then dials `to`; through the
    /// source of this name, else the first that is connected. Answers once the phone rings, or it
    /// is known that it does not, or the PBX took the order and says nothing more for a while.
    pub async fn dial(
        &self,
        user: &User,
        to: &str,
        from: Option<&str>,
        source: Option<&str>,
    ) -> Result<Dial, DialError> {
        let country = self.configuration.now().country;
        let key = NumberKey::of(to, country).ok_or(DialError::NotANumber)?;
        if may_be_emergency(to, country) {
            return Err(DialError::Emergency);
        }
        let phone = phone_of(user, from, country)?;
        let (live, line) = self.line(source).ok_or(DialError::NoPbx)?;
        let rules = &live.config.dial;
        let number = dialled(key, rules);
        let behind_prefix = number
            .strip_prefix(rules.prefix.as_str())
            .unwrap_or(&number);
        if [&number, behind_prefix]
            .iter()
            .any(|number| may_be_emergency(number, country))
        {
            return Err(DialError::Emergency);
        }
        let phone = NumberKey::of(&phone, country).map_or(phone, |key| dialled(key, rules));
        let (channel, context) = way(&live, &phone);
        let now = self.clock.now();
        let dial = Dial {
            id: format!("{:016x}", u64::from_be_bytes(random_bytes())),
            user: user.id,
            source: live.source.name.clone(),
            phone: phone.clone(),
            number: number.clone(),
            pretty: pretty(to, Some(key)),
            state: DialState::Ordered,
            call: None,
        };
        let order = Order {
            originate: Originate {
                id: dial.id.clone(),
                channel,
                context,
                number,
                phone,
            },
            until: now.plus_seconds(5),
        };
        let mut waiting = self.dials.begin(dial, live.source.id, now);
        let sent = line.try_send(order).is_ok();
        if !sent || timeout(PATIENCE, waiting.until(Heard::Taken)).await != Ok(true) {
            waiting.forget();
            return Err(DialError::Silent);
        }
        timeout(RINGS_WITHIN, waiting.until(Heard::News)).await.ok();
        let dial = waiting.answer().ok_or(DialError::Silent)?;
        match dial.state {
            DialState::Failed(why) => Err(why),
            _ => Ok(dial),
        }
    }

    /// Whether anything could be dialled now.
    pub fn is_ready(&self) -> bool {
        self.line(None).is_some()
    }

    fn line(&self, wished: Option<&str>) -> Option<(Arc<LiveSource>, mpsc::Sender<Order>)> {
        let snapshot = self.configuration.now();
        let connected = |live: &&Arc<LiveSource>| {
            let status = self.statuses.of(live.source.id);
            status.is_some_and(|status| status.state == ConnectionState::Connected)
                && !live.config.dial.off
                && wished.is_none_or(|name| live.source.name.eq_ignore_ascii_case(name))
        };
        let live = snapshot.sources().into_iter().find(connected)?;
        Some((Arc::clone(live), self.lines.to(live.source.id)?))
    }
}

/// The user's phone that rings first: the one that is wished, else an extension, else any.
fn phone_of(user: &User, wished: Option<&str>, country: Country) -> Result<String, DialError> {
    if let Some(wished) = wished {
        let wished_line = Party::read(wished, country);
        let mut own = user.phones.iter();
        let own = own.find(|phone| Party::read(phone, country).same_line(&wished_line));
        return own.cloned().ok_or(DialError::ForeignPhone);
    }
    let is_extension =
        |phone: &&String| NumberKey::of(phone, country).is_some_and(|key| key.e164().is_none());
    let extension = user.phones.iter().find(is_extension);
    extension
        .or(user.phones.first())
        .cloned()
        .ok_or(DialError::NoPhone)
}

/// A number as the PBX wants it: extensions as they are.
fn dialled(key: NumberKey, rules: &DialRules) -> String {
    key.e164()
        .map_or_else(|| key.digits(), |e164| rules.outside(&e164))
}

/// The channel that is rung first, and the context that the number is dialled in.
fn way(live: &LiveSource, phone: &str) -> (String, String) {
    let rules = &live.config.dial;
    let (channel, context) = if live.source.kind == SourceKind::FreeSwitch {
        ("user/{phone}", "default")
    } else {
        ("Local/{phone}@{context}", "from-internal")
    };
    let context = rules.context.as_deref().unwrap_or(context);
    let channel = rules.channel.as_deref().unwrap_or(channel);
    let channel = channel
        .replace("{phone}", phone)
        .replace("{context}", context);
    (channel, context.to_owned())
}
