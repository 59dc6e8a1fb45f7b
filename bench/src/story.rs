//! What a PBX tells: calls of a small office, each with an id of its own.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// Calls that one PBX connection has open at a time.
const OPEN: usize = 20;
/// Calls told since the rig began: no id comes twice.
static TOLD: AtomicU64 = AtomicU64::new(0);

/// Beginnings of numbers in ten countries; the first is where the office stands.
const COUNTRIES: [&str; 10] = [
    "4930", "431", "4144", "3314", "44207", "1212", "3906", "3491", "3120", "4822",
];
const PEOPLE: [&str; 6] = [
    "Emma Taylor",
    "Christopher Miller",
    "Nicole Braun",
    "Jürgen Groß",
    "Anna Lopez",
    "Samuel Lee",
];

/// Whose numbers call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callers {
    /// Nine in ten from the own country, the others from nine others.
    Usual,
    /// From ten countries in turn.
    TenCountries,
}

/// A call on its way.
#[derive(Debug, Clone)]
struct Call {
    id: String,
    inbound: bool,
    answered: bool,
    other: String,
    person: usize,
    step: u8,
}

/// Events of many calls at once, in a sequence that its seed decides.
#[derive(Debug)]
pub(crate) struct Story {
    chance: u64,
    open: Vec<Call>,
    callers: Callers,
}

/// What was told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told<'a> {
    /// The PBX's id of the call.
    pub(crate) call_id: &'a str,
    /// Which of the call's events it is, from one.
    pub(crate) step: u8,
}

impl Story {
    /// A story of its own.
    pub(crate) fn new(seed: u64, callers: Callers) -> Self {
        Self {
            chance: seed,
            open: Vec::with_capacity(OPEN),
            callers,
        }
    }

    /// Writes the next event's JSON into `body`.
    pub(crate) fn next<'a>(&'a mut self, body: &mut String) -> Told<'a> {
        let place = if self.open.len() < OPEN {
            let call = self.begin();
            self.open.push(call);
            self.open.len() - 1
        } else {
            self.below(self.open.len())
        };
        if self.open[place].step == 3 {
            self.open[place] = self.begin();
        }
        let call = &mut self.open[place];
        call.step += 1;
        body.clear();
        // Writing to a String does not fail.
        call.tell(body).ok();
        let step = call.step - u8::from(call.step == 3 && !call.answered);
        Told {
            call_id: &call.id,
            step,
        }
    }

    fn begin(&mut self) -> Call {
        let number = TOLD.fetch_add(1, Ordering::Relaxed);
        let (high, low) = (mix(number), mix(!number));
        let abroad = self.chance().is_multiple_of(10);
        let country = match self.callers {
            Callers::Usual if !abroad => 0,
            Callers::Usual => 1 + self.below(COUNTRIES.len() - 1),
            Callers::TenCountries => usize::try_from(number).unwrap_or(0) % COUNTRIES.len(),
        };
        let other = format!("{}{:07}", COUNTRIES[country], self.below(10_000_000));
        Call {
            id: format!(
                "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0xfff,
                low >> 52,
                low & 0xffff_ffff_ffff
            ),
            inbound: !self.chance().is_multiple_of(4),
            answered: self.chance() % 10 < 7,
            other,
            person: self.below(PEOPLE.len()),
            step: 0,
        }
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(1).max(1);
        usize::try_from(self.chance() % end).unwrap_or(0)
    }

    fn chance(&mut self) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.chance)
    }
}

impl Call {
    /// The event of this step; a call that nobody answers goes from the first to the last.
    fn tell(&mut self, body: &mut String) -> std::fmt::Result {
        if self.step == 2 && !self.answered {
            self.step = 3;
        }
        let event = match self.step {
            1 => "newCall",
            2 => "answer",
            _ => "hangup",
        };
        let (direction, from, to) = if self.inbound {
            ("in", self.other.as_str(), "493055512340")
        } else {
            ("out", "493055512340", self.other.as_str())
        };
        write!(
            body,
            r#"{{"event":"{event}","direction":"{direction}","callId":"{}","from":"{from}","to":"{to}""#,
            self.id
        )?;
        match (self.step, self.answered) {
            (1, _) => write!(
                body,
                r#","user":["{}"],"queue":"support"}}"#,
                PEOPLE[self.person]
            ),
            (2, _) => write!(
                body,
                r#","user":"{}","answeringNumber":"2{}"}}"#,
                PEOPLE[self.person], self.person
            ),
            (_, true) => write!(body, r#","cause":"normalClearing"}}"#),
            (_, false) => write!(body, r#","cause":"noAnswer"}}"#),
        }
    }
}

/// Spreads the bits of a counter (SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_told_from_beginning_to_end() {
        let mut story = Story::new(7, Callers::Usual);
        let mut body = String::new();
        let mut steps = std::collections::HashMap::<String, Vec<String>>::new();
        for _ in 0..3000 {
            story.next(&mut body);
            let event: serde_json::Value = serde_json::from_str(&body).unwrap();
            let text = |key: &str| event[key].as_str().unwrap().to_owned();
            steps.entry(text("callId")).or_default().push(text("event"));
        }
        let ended = steps
            .values()
            .filter(|events| events.last().unwrap() == "hangup");
        assert!(ended.count() > 800);
        for events in steps.values() {
            let whole = ["newCall", "answer", "hangup"];
            assert!(
                whole.starts_with(&events.iter().map(String::as_str).collect::<Vec<_>>())
                    || events.as_slice() == ["newCall", "hangup"],
                "{events:?}"
            );
        }
    }
}
