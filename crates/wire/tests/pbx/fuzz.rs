//! Nonsense of every kind, made of what `corpus/` holds and of recordings: bytes turned, cut out,
//! doubled, put in and crossed with others. Whatever comes, a session does not panic, tells the
//! same in whatever pieces the bytes come, and follows nothing once the PBX says that no channel is
//! there. What was found to be wrong once goes into `corpus/` as a file.

use std::fs;
use std::path::Path;

use offhook_core::UnixMillis;
use offhook_testkit::captures;
use offhook_wire::pbx::{Session, Told, Trunks};
use offhook_wire::{ami, esl};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

use crate::play::drain;

/// More of a recording is not taken: what is wrong shows in a part as well.
const MOST_BYTES: usize = 20_000;

/// What often matters to a reader of lines.
const WORDS: [&[u8]; 16] = [
    b"\r\n\r\n",
    b"\n\n",
    b"\n",
    b"\r",
    b": ",
    b":",
    b"\0",
    b"%",
    b"\xff",
    b"Event: Hangup\r\n",
    b"Content-Length: 0\n",
    b"Content-Length: 4294967296\n",
    b"Content-Type: api/response\n",
    b"--END COMMAND--\r\n\r\n",
    b"Linkedid: 1.1\r\n",
    b"Unique-ID: t\n",
];

/// A change to bytes.
#[derive(Debug, Clone)]
enum Change {
    Turn(Index, u8),
    Cut(Index, usize),
    Double(Index, usize),
    PutIn(Index, Index),
    /// Goes on as another seed does from somewhere.
    Cross(Index, Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Turn(at, byte)),
        (place(), 1_usize..200).prop_map(|(at, length)| Change::Cut(at, length)),
        (place(), 1_usize..400).prop_map(|(at, length)| Change::Double(at, length)),
        (place(), place()).prop_map(|(at, word)| Change::PutIn(at, word)),
        (place(), place(), place()).prop_map(|(at, seed, from)| Change::Cross(at, seed, from)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change], seeds: &[Vec<u8>]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let place = |at: &Index| at.index(bytes.len());
        match change {
            Change::Turn(at, byte) => {
                let at = place(at);
                bytes[at] = *byte;
            }
            Change::Cut(at, length) => {
                let at = place(at);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Change::Double(at, length) => {
                let at = place(at);
                let part = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            Change::PutIn(at, word) => {
                let at = place(at);
                bytes.splice(at..at, word.get(&WORDS).iter().copied());
            }
            Change::Cross(at, seed, from) => {
                bytes.truncate(place(at));
                let seed = seed.get(seeds);
                bytes.extend_from_slice(&seed[from.index(seed.len())..]);
            }
        }
    }
    bytes
}

/// A session with one kind of PBX.
pub(crate) trait Fuzzed: Session + Sized {
    /// Its folder of `captures/` and of `corpus/`.
    const PBX: &'static str;
    const CORPUS: &'static str;
    /// Lets in, and says that no channel is there.
    const NOTHING: &'static [u8];

    fn open() -> Self;
    fn followed(&self) -> usize;
}

impl Fuzzed for ami::Session {
    const PBX: &'static str = "asterisk";
    const CORPUS: &'static str = "ami";
    const NOTHING: &'static [u8] = b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\n\
        Message: Authentication accepted\r\n\r\nEvent: CoreShowChannelsComplete\r\n\r\n";

    fn open() -> Self {
        let login = ami::Login::new("offhook".to_owned(), "secret".to_owned());
        Self::new(login, Trunks::default())
    }

    fn followed(&self) -> usize {
        self.followed()
    }
}

impl Fuzzed for esl::Session {
    const PBX: &'static str = "freeswitch";
    const CORPUS: &'static str = "esl";
    const NOTHING: &'static [u8] = b"Content-Type: auth/request\n\nContent-Type: command/reply\n\
        Reply-Text: +OK accepted\n\nContent-Type: api/response\nContent-Length: 15\n\n\
        {\"row_count\":0}";

    fn open() -> Self {
        let secret = "ClueCon".to_owned();
        Self::new(esl::Login { secret }, Trunks::default())
    }

    fn followed(&self) -> usize {
        self.followed()
    }
}

/// The bytes as one connection; what is told of them, in pieces of this size.
fn told_of<S: Fuzzed>(session: &mut S, bytes: &[u8], size: usize) -> Vec<Told> {
    let now = UnixMillis(1_795_000_000_000);
    let mut told = Vec::new();
    session.opened(now);
    for piece in bytes.chunks(size) {
        session.receive(piece, now);
        drain(session, &mut told);
        let _ = session.take_output();
    }
    session.poll(now.plus_seconds(4000));
    session.closed(now.plus_seconds(4000));
    drain(session, &mut told);
    told
}

fn holds<S: Fuzzed>(bytes: &[u8], size: usize) -> Result<(), TestCaseError> {
    let (mut whole, mut pieces) = (S::open(), S::open());
    let told = told_of(&mut whole, bytes, usize::MAX);
    prop_assert_eq!(told, told_of(&mut pieces, bytes, size));
    for session in [&mut whole, &mut pieces] {
        // No channel without a few bytes that tell of it.
        prop_assert!(session.followed() <= bytes.len() / 8 + 1);
        told_of(session, S::NOTHING, usize::MAX);
        prop_assert_eq!(session.followed(), 0);
    }
    Ok(())
}

fn corpus<S: Fuzzed>() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(S::CORPUS);
    let files = fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        (path.display().to_string(), fs::read(path).unwrap())
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

/// The corpus as it is; then changed as often as `OFFHOOK_FUZZ_CASES` says.
fn fuzz<S: Fuzzed>() {
    let mut seeds = Vec::new();
    for (name, bytes) in corpus::<S>() {
        for size in [1, 7, 100] {
            holds::<S>(&bytes, size).unwrap_or_else(|error| panic!("{name} by {size}: {error}"));
        }
        seeds.push(bytes);
    }
    assert!(seeds.len() > 20, "the corpus is there");
    for name in captures::names(S::PBX) {
        let capture = captures::load(S::PBX, &name);
        let bytes = &capture.connections[0].bytes;
        seeds.push(bytes[..bytes.len().min(MOST_BYTES)].to_vec());
    }
    let cases = std::env::var("OFFHOOK_FUZZ_CASES").ok();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: cases.map_or(300, |cases| cases.parse().unwrap()),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    });
    let changes = prop::collection::vec(change(), 1..12);
    let input = (any::<Index>(), changes, 1_usize..600);
    let result = runner.run(&input, |(seed, changes, size)| {
        let bytes = changed(seed.get(&seeds).clone(), &changes, &seeds);
        holds::<S>(&bytes, size)
            .map_err(|error| TestCaseError::fail(format!("{error} in {}", bytes.escape_ascii())))
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn asterisk() {
    fuzz::<ami::Session>();
}

#[test]
fn freeswitch() {
    fuzz::<esl::Session>();
}
