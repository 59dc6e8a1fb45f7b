//! Recorded scenarios (`captures/`): their bytes, where the socket's reads ended, what truly
//! happened. captures/README.md says what the fields mean.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

mod weave;

pub use weave::{messages, weave};

use flate2::read::GzDecoder;
use serde::Deserialize;

/// A recorded scenario.
#[derive(Debug)]
pub struct Capture {
    /// One for each connection that the recording client had, in order.
    pub connections: Vec<Connection>,
    /// What truly happened.
    pub expected: Expected,
}

/// What came in on one connection.
#[derive(Debug)]
pub struct Connection {
    /// Every byte.
    pub bytes: Vec<u8>,
    /// Where each read of the socket began, its length, and when it was (ms since the first
    /// connection of the scenario was opened).
    pub reads: Vec<(usize, usize, i64)>,
}

/// `NAME.expected.json`, as far as it is of use here.
#[derive(Debug, Deserialize)]
pub struct Expected {
    /// Its name.
    pub scenario: String,
    /// The recordings, one for each connection.
    pub files: Vec<String>,
    /// The calls with the outside.
    pub calls: Vec<ExpectedCall>,
    /// More that may be told or not.
    #[serde(default)]
    pub optional_calls: Vec<ExpectedCall>,
    /// The calls between two extensions.
    #[serde(default)]
    pub internal: Vec<InternalCall>,
}

/// A call with the outside.
#[derive(Debug, Clone, Deserialize)]
pub struct ExpectedCall {
    /// `in` or `out`.
    pub direction: String,
    /// The caller.
    pub from: String,
    /// Other right answers.
    #[serde(default)]
    pub from_alternatives: Vec<String>,
    /// The caller's name, if the trunk gave one.
    pub from_name: Option<String>,
    /// Out: the number shown outside.
    pub from_cli: Option<String>,
    /// The called.
    pub to: String,
    /// Other right answers.
    #[serde(default)]
    pub to_alternatives: Vec<String>,
    /// The queue that the caller came into.
    pub queue: Option<String>,
    /// Who picked up first.
    pub answered_by: Option<String>,
    /// Who took it later, in order.
    pub transferred_to: Vec<String>,
    /// Zammad's events.
    pub events: Vec<String>,
    /// Zammad's cause.
    pub cause: String,
    /// Other right answers.
    #[serde(default)]
    pub cause_alternatives: Vec<String>,
    /// Nobody answered.
    pub missed: bool,
    /// The client could see it.
    #[serde(default = "yes")]
    pub seen: bool,
    /// It ended while the client was away.
    #[serde(default)]
    pub ended_in_gap: bool,
}

/// A call between two extensions.
#[derive(Debug, Clone, Deserialize)]
pub struct InternalCall {
    /// The caller.
    pub from: String,
    /// The called.
    pub to: String,
    /// Who picked up first.
    pub answered_by: Option<String>,
    /// Zammad's cause.
    pub cause: String,
}

fn yes() -> bool {
    true
}

fn folder(pbx: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../captures")
        .join(pbx)
}

/// The names of all scenarios of one PBX, `asterisk` or `freeswitch`.
pub fn names(pbx: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder(pbx))
        .expect("a whole capture")
        .filter_map(|entry| {
            let name = entry
                .expect("a whole capture")
                .file_name()
                .into_string()
                .expect("a whole capture");
            name.strip_suffix(".expected.json").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() > 20, "the captures of {pbx} are not there");
    names
}

/// A scenario.
pub fn load(pbx: &str, name: &str) -> Capture {
    let folder = folder(pbx);
    let expected = fs::read(folder.join(format!("{name}.expected.json"))).expect("a whole capture");
    let expected: Expected = serde_json::from_slice(&expected).expect("a whole capture");
    let connection = |file: &String| {
        let mut bytes = Vec::new();
        let packed = fs::File::open(folder.join(format!("{file}.gz"))).expect("a whole capture");
        GzDecoder::new(packed)
            .read_to_end(&mut bytes)
            .expect("a whole capture");
        let timing = folder.join(file).with_extension("timing");
        let reads = fs::read_to_string(timing).expect("a whole capture");
        let reads = reads.lines().map(|line| {
            let mut numbers = line
                .split('\t')
                .map(|number| number.parse::<i64>().expect("a whole capture"));
            let mut next = || numbers.next().expect("a whole capture");
            let size = |number: i64| usize::try_from(number).expect("a whole capture");
            (size(next()), size(next()), next())
        });
        Connection {
            reads: reads.collect(),
            bytes,
        }
    };
    Capture {
        connections: expected.files.iter().map(connection).collect(),
        expected,
    }
}

/// The scenarios of one PBX on one connection, from when nothing ran; without the one that is not
/// let in.
pub fn single(pbx: &str) -> Vec<Capture> {
    let holds = |bytes: &[u8], text: &str| {
        let mut windows = bytes.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    let all = names(pbx).into_iter().map(|name| load(pbx, &name));
    let single = all.filter(|capture| match &*capture.connections {
        [one] => {
            capture.expected.scenario != "auth_failed"
                && !holds(&one.bytes, "CoreShowChannelsComplete")
                && !holds(&one.bytes, "api/response")
        }
        _ => false,
    });
    single.collect()
}
