//! Recorded scenarios, cut into messages.

use std::io::Read;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::Pbx;

#[derive(RustEmbed)]
#[folder = "../../captures"]
struct Captures;

/// What `NAME.expected.json` says that is of use here.
#[derive(Deserialize)]
struct About {
    title: String,
    files: Vec<String>,
}

/// A recorded scenario: a tape for each connection that it had.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) tapes: Vec<Tape>,
}

/// What a PBX said on one connection.
#[derive(Debug, Clone)]
pub(super) struct Tape {
    /// Said before the client says anything.
    pub(super) greeting: Vec<u8>,
    /// All that came after, in order.
    pub(super) messages: Vec<Message>,
    /// Whether it holds the answer to which channels there are.
    pub(super) has_channels: bool,
}

/// One message of a PBX.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// When it came, in ms since the scenario's first connection was opened.
    pub(super) at: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether it tells of something that happened, and is no answer to the client.
    pub(super) is_event: bool,
}

/// The names of all scenarios and what they are.
pub(super) fn titles(pbx: Pbx) -> Vec<(String, String)> {
    let of_pbx = |file: &str| {
        let name = file.strip_prefix(pbx.folder())?.strip_prefix('/')?;
        Some(name.strip_suffix(".expected.json")?.to_owned())
    };
    let names = Captures::iter().filter_map(|file| of_pbx(&file));
    let mut titles: Vec<(String, String)> = names
        .filter_map(|name| {
            let about = about(pbx, &name)?.ok()?;
            Some((name, about.title))
        })
        .collect();
    titles.sort();
    titles
}

fn about(pbx: Pbx, name: &str) -> Option<Result<About>> {
    let file = Captures::get(&format!("{}/{name}.expected.json", pbx.folder()))?;
    Some(serde_json::from_slice(&file.data).context("a scenario can not be read"))
}

impl Scenario {
    /// The scenario of this name; none when there is none.
    pub(super) fn read(pbx: Pbx, name: &str) -> Result<Option<Self>> {
        let Some(about) = about(pbx, name) else {
            return Ok(None);
        };
        let files = about?.files;
        let tapes = files.iter().map(|file| Tape::read(pbx, file));
        Ok(Some(Self {
            tapes: tapes.collect::<Result<_>>()?,
        }))
    }
}

impl Tape {
    fn read(pbx: Pbx, file: &str) -> Result<Self> {
        let path = format!("{}/{file}", pbx.folder());
        let packed = Captures::get(&format!("{path}.gz")).context("a recording is missing")?;
        let mut bytes = Vec::new();
        GzDecoder::new(packed.data.as_ref()).read_to_end(&mut bytes)?;
        let (stem, _) = path.rsplit_once('.').context("a recording has no kind")?;
        let timing = Captures::get(&format!("{stem}.timing")).context("a timing is missing")?;
        let timing = std::str::from_utf8(&timing.data)?;
        // Where each read of the recording client ended, and when.
        let reads: Vec<(usize, u64)> = (timing.lines())
            .filter_map(|line| {
                let mut numbers = line.split('\t').filter_map(|number| number.parse().ok());
                let (start, length, at) = (numbers.next()?, numbers.next()?, numbers.next()?);
                Some((usize::try_from(start + length).ok()?, at))
            })
            .collect();
        let at = |end: usize| {
            let read = reads.iter().find(|(read, _)| *read >= end);
            read.map_or(0, |(_, at)| *at)
        };
        let ends = match pbx {
            Pbx::Asterisk => ends_of_messages(&bytes),
            Pbx::FreeSwitch => ends_of_frames(&bytes),
        };
        let mut messages = Vec::with_capacity(ends.len());
        let mut start = 0;
        for end in ends {
            let bytes = bytes.get(start..end).unwrap_or_default().to_vec();
            let is_event = match pbx {
                Pbx::Asterisk => {
                    bytes.starts_with(b"Event: ") && !bytes.starts_with(b"Event: FullyBooted")
                }
                Pbx::FreeSwitch => holds(&bytes, b"Content-Type: text/event-"),
            };
            messages.push(Message {
                at: at(end),
                bytes,
                is_event,
            });
            start = end;
        }
        let channels: &[u8] = match pbx {
            Pbx::Asterisk => b"Event: CoreShowChannelsComplete",
            Pbx::FreeSwitch => b"\"row_count\":",
        };
        let has_channels = messages
            .iter()
            .any(|message| holds(&message.bytes, channels));
        let greeting = if messages.is_empty() {
            Vec::new()
        } else {
            messages.remove(0).bytes
        };
        Ok(Self {
            greeting,
            messages,
            has_channels,
        })
    }

    /// The same calls with other ids, so that they are other calls: one for each round.
    pub(super) fn in_round(&self, pbx: Pbx, round: u32) -> Self {
        let mut tape = self.clone();
        if round > 0 {
            for message in &mut tape.messages {
                match pbx {
                    Pbx::Asterisk => shift_unique_ids(&mut message.bytes, round),
                    Pbx::FreeSwitch => shift_uuids(&mut message.bytes, round),
                }
            }
        }
        tape
    }
}

pub(super) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The banner is a line, messages end with an empty one.
fn ends_of_messages(bytes: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let banner = bytes.windows(2).position(|window| window == b"\r\n");
    let mut start = banner.map_or(bytes.len(), |place| place + 2);
    ends.push(start);
    while let Some(place) = (bytes.get(start..))
        .and_then(|rest| rest.windows(4).position(|window| window == b"\r\n\r\n"))
    {
        start += place + 4;
        ends.push(start);
    }
    ends
}

/// Frames are headers, an empty line, and as many bytes as `Content-Length` says.
fn ends_of_frames(bytes: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = 0;
    while let Some(rest) = bytes.get(start..)
        && let Some(place) = rest.windows(2).position(|window| window == b"\n\n")
    {
        let head = String::from_utf8_lossy(rest.get(..place).unwrap_or_default()).into_owned();
        let length = (head.lines()).find_map(|line| line.strip_prefix("Content-Length: "));
        let length: usize = length
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0);
        start += place + 2 + length;
        ends.push(start.min(bytes.len()));
    }
    ends
}

/// Asterisk's ids are `SECONDS.COUNTER`; other seconds are another id.
fn shift_unique_ids(bytes: &mut [u8], round: u32) {
    let mut place = 0;
    while place + 11 < bytes.len() {
        let digits = bytes[place..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let end = place + digits;
        if digits == 10
            && bytes.get(end) == Some(&b'.')
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
            && let Ok(text) = std::str::from_utf8(&bytes[place..end])
            && let Ok(seconds) = text.parse::<u64>()
        {
            let shifted = format!(
                "{:010}",
                (seconds + u64::from(round) * 200_000) % 10_000_000_000
            );
            bytes[place..end].copy_from_slice(shifted.as_bytes());
        }
        place = end + 1;
    }
}

/// FreeSWITCH's ids are UUIDs; another beginning is another id.
fn shift_uuids(bytes: &mut [u8], round: u32) {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    const LENGTH: usize = 36;
    let is_uuid = |part: &[u8]| {
        part.iter().enumerate().all(|(place, byte)| {
            if DASHES.contains(&place) {
                *byte == b'-'
            } else {
                byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()
            }
        })
    };
    let mut place = 0;
    while place + LENGTH <= bytes.len() {
        if !is_uuid(&bytes[place..place + LENGTH]) {
            place += 1;
            continue;
        }
        let first = &bytes[place..place + 8];
        if let Ok(text) = std::str::from_utf8(first)
            && let Ok(number) = u32::from_str_radix(text, 16)
        {
            let shifted = format!("{:08x}", number.wrapping_add(round));
            bytes[place..place + 8].copy_from_slice(shifted.as_bytes());
        }
        place += LENGTH;
    }
}

#[cfg(test)]
mod tests {
    use super::super::USUAL_SCENARIOS;
    use super::*;

    #[test]
    fn every_scenario_can_be_played() {
        for pbx in [Pbx::Asterisk, Pbx::FreeSwitch] {
            let titles = titles(pbx);
            assert!(titles.len() > 30, "{pbx:?}");
            for name in USUAL_SCENARIOS {
                assert!(titles.iter().any(|(known, _)| *known == name), "{name}");
            }
            for (name, _) in titles {
                let scenario = Scenario::read(pbx, &name).unwrap().unwrap();
                for tape in scenario.tapes {
                    assert!(!tape.greeting.is_empty(), "{name}");
                    assert!(
                        tape.messages.is_sorted_by_key(|message| message.at),
                        "{name}"
                    );
                }
            }
            assert!(Scenario::read(pbx, "nothing").unwrap().is_none());
        }
    }

    #[test]
    fn another_round_has_other_ids() {
        let shifted = |text: &str, round| {
            let mut bytes = text.as_bytes().to_vec();
            shift_unique_ids(&mut bytes, round);
            shift_uuids(&mut bytes, round);
            String::from_utf8(bytes).unwrap()
        };
        for (text, after) in [
            ("Uniqueid: 1795349762.11\r\n", "Uniqueid: 1795749762.11\r\n"),
            ("pbx-1795349762.11", "pbx-1795749762.11"),
            ("CallerIDNum: 4930231257\r\n", "CallerIDNum: 4930231257\r\n"),
            ("x: 49302312574.1", "x: 49302312574.1"),
            (
                "Unique-ID: b9b5a70b-9b25-45c2-bc6f-2a0b4938e6ac\n",
                "Unique-ID: b9b5a70d-9b25-45c2-bc6f-2a0b4938e6ac\n",
            ),
        ] {
            assert_eq!(shifted(text, 2), after);
        }
    }
}
