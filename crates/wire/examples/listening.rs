//! How fast the sessions with PBXs are, and what open calls cost: `cargo run --release -p
//! offhook-wire --example listening`. The method and figures stand in bench/README.md.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a measurement asks the clock, and ends when it can not go on"
)]

use std::fmt::Write;
use std::time::Instant;

use offhook_core::UnixMillis;
use offhook_testkit::captures;
use offhook_wire::pbx::{Session, Told, Trunks};
use offhook_wire::{ami, esl};

/// How often a recording is played.
const ROUNDS: usize = 20;
/// As a socket gives them.
const READ: usize = 16 * 1024;
const OPEN_CALLS: usize = 2000;

fn asterisk() -> ami::Session {
    ami::Session::new(ami::Login::new("cti", "secret"), Trunks::default())
}

fn freeswitch() -> esl::Session {
    let secret = "secret".to_owned();
    esl::Session::new(esl::Login { secret }, Trunks::default())
}

/// Seconds to play all of it, and how much was told.
fn play(session: &mut dyn Session, bytes: &[u8]) -> (f64, usize) {
    let begun = Instant::now();
    let mut told = 0;
    for _ in 0..ROUNDS {
        session.opened(UnixMillis(0));
        for read in bytes.chunks(READ) {
            session.receive(read, UnixMillis(0));
            while let Some(one) = session.next() {
                told += usize::from(matches!(one, Told::Event(_)));
            }
            session.take_output();
        }
        session.closed(UnixMillis(0));
    }
    (begun.elapsed().as_secs_f64(), told)
}

fn speed(what: &str, session: &mut dyn Session, bytes: &[u8], events: usize) {
    // Looking at every byte once is what nobody can do without.
    let begun = Instant::now();
    let mut lines = 0;
    for _ in 0..ROUNDS {
        lines += std::hint::black_box(bytes)
            .split(|byte| *byte == b'\n')
            .count();
    }
    let ceiling = begun.elapsed().as_secs_f64();
    std::hint::black_box(lines);
    let (seconds, told) = play(session, bytes);
    let each = events * ROUNDS;
    println!(
        "{what}: {:.0} events/s on one core, {:.1} MB/s, {:.1} times as long as counting its lines; \
         {told} things told of {each} events",
        each as f64 / seconds,
        (bytes.len() * ROUNDS) as f64 / seconds / 1e6,
        seconds / ceiling
    );
}

fn resident_kib() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4
}

fn memory(what: &str, session: &mut dyn Session, welcome: &str, call: impl Fn(usize) -> String) {
    session.opened(UnixMillis(0));
    session.receive(welcome.as_bytes(), UnixMillis(0));
    let before = resident_kib();
    for number in 0..OPEN_CALLS {
        session.receive(call(number).as_bytes(), UnixMillis(0));
        while session.next().is_some() {}
    }
    let grown = resident_kib() - before;
    println!(
        "{what}: {grown} KiB for {OPEN_CALLS} open calls, {} bytes each",
        grown * 1024 / OPEN_CALLS
    );
}

fn asterisk_call(number: usize) -> String {
    let mut text = String::new();
    let channel = |prefix: &str, name: &str, id: usize, state: u8| {
        format!(
            "{prefix}Channel: PJSIP/{name}-{id:08x}\r\n{prefix}ChannelState: {state}\r\n\
             {prefix}CallerIDNum: 4917{number:08}\r\n{prefix}CallerIDName: <unknown>\r\n\
             {prefix}Context: from-trunk\r\n{prefix}Exten: 493012345\r\n\
             {prefix}Uniqueid: 1700000000.{id}\r\n{prefix}Linkedid: 1700000000.{}\r\n",
            2 * number
        )
    };
    let caller = |prefix: &str| channel(prefix, "carrier", 2 * number, 6);
    let phone = |prefix: &str| channel(prefix, "101", 2 * number + 1, 6);
    write!(
        text,
        "Event: Newchannel\r\n{}\r\nEvent: Newchannel\r\n{}\r\n",
        caller(""),
        phone("")
    )
    .unwrap();
    write!(
        text,
        "Event: DialBegin\r\n{}{}DialString: 101\r\n\r\n",
        caller(""),
        phone("Dest")
    )
    .unwrap();
    write!(
        text,
        "Event: DialEnd\r\n{}{}DialStatus: ANSWER\r\n\r\n",
        caller(""),
        phone("Dest")
    )
    .unwrap();
    for side in [phone(""), caller("")] {
        write!(text, "Event: BridgeEnter\r\nBridgeUniqueid: b{number}\r\nBridgeTechnology: simple_bridge\r\n{side}\r\n").unwrap();
    }
    text
}

fn freeswitch_call(number: usize) -> String {
    let frame = |body: String| {
        format!(
            "Content-Length: {}\nContent-Type: text/event-plain\n\n{body}",
            body.len()
        )
    };
    let caller = frame(format!(
        "Event-Name: CHANNEL_CREATE\nUnique-ID: 53301ad7-3276-4035-94bc-{number:012}\nCall-Direction: inbound\n\
         Channel-Name: sofia/external/4917@carrier\nCaller-Context: public\n\
         Caller-Caller-ID-Number: 4917{number:08}\nCaller-Destination-Number: 493012345\n"
    ));
    let phone = frame(format!(
        "Event-Name: CHANNEL_CREATE\nUnique-ID: 63301ad7-3276-4035-94bc-{number:012}\nCall-Direction: outbound\n\
         Channel-Name: sofia/internal/101@10.0.0.5\nCaller-Destination-Number: 101\n\
         variable_originator: 53301ad7-3276-4035-94bc-{number:012}\n"
    ));
    let bridge = frame(format!(
        "Event-Name: CHANNEL_BRIDGE\nUnique-ID: 53301ad7-3276-4035-94bc-{number:012}\n\
         Bridge-A-Unique-ID: 53301ad7-3276-4035-94bc-{number:012}\n\
         Bridge-B-Unique-ID: 63301ad7-3276-4035-94bc-{number:012}\n"
    ));
    caller + &phone + &bridge
}

fn main() {
    // First, and both kept, since what is freed would be used again without growing.
    let (mut ami, mut esl) = (asterisk(), freeswitch());
    let welcome = "Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n";
    memory("AMI", &mut ami, welcome, asterisk_call);
    let welcome =
        "Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\n";
    memory("ESL", &mut esl, welcome, freeswitch_call);

    let dense = captures::load("asterisk", "mixed_dense");
    let bytes = &dense.connections[0].bytes;
    let events = String::from_utf8_lossy(bytes).matches("\nEvent: ").count();
    speed("AMI", &mut asterisk(), bytes, events);
    let mixed = captures::load("freeswitch", "mixed_1");
    let bytes = &mixed.connections[0].bytes;
    let events = String::from_utf8_lossy(bytes)
        .matches("\nEvent-Name: ")
        .count();
    speed("ESL", &mut freeswitch(), bytes, events);
}
