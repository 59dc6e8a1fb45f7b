//! Plays what a PBX said to a session, in whatever pieces.

use offhook_core::UnixMillis;
use offhook_testkit::captures::Connection;
use offhook_wire::pbx::{Session, Told};

/// How the bytes of a connection are cut.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// As the socket's reads were.
    Reads,
    /// Everything at once.
    Whole,
    /// In pieces of this size.
    Pieces(usize),
}

/// Takes all that the session tells.
pub(crate) fn drain(session: &mut dyn Session, told: &mut Vec<Told>) {
    while let Some(one) = session.next() {
        told.push(one);
    }
}

/// Plays a connection to the session; gives back when it ended.
pub(crate) fn play(
    session: &mut dyn Session,
    connection: &Connection,
    cut: Cut,
    told: &mut Vec<Told>,
) -> UnixMillis {
    let at = |millis: i64| UnixMillis(1_795_000_000_000 + millis);
    let last = connection.reads.last().map_or(0, |read| read.2);
    let first = connection.reads.first().map_or(0, |read| read.2);
    session.opened(at(first));
    let mut give = |bytes: &[u8], now: UnixMillis| {
        session.poll(now);
        session.receive(bytes, now);
        let _ = session.take_output();
        drain(session, told);
    };
    match cut {
        Cut::Reads => {
            for (start, length, millis) in &connection.reads {
                give(&connection.bytes[*start..start + length], at(*millis));
            }
        }
        Cut::Whole => give(&connection.bytes, at(first)),
        Cut::Pieces(size) => {
            for (place, piece) in connection.bytes.chunks(size).enumerate() {
                let place = place * size;
                let read = connection.reads.iter().rfind(|read| read.0 <= place);
                give(piece, at(read.map_or(0, |read| read.2)));
            }
        }
    }
    session.closed(at(last));
    at(last)
}
