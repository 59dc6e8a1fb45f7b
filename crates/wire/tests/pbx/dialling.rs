//! Click to dial: what becomes of an order, as running PBXs said it, and as others would.

use offhook_core::UnixMillis;
use offhook_testkit::captures;
use offhook_wire::pbx::{Dialling, Originate, Said, Session, Told, Trunks};
use offhook_wire::{ami, esl};

use crate::script::ami as scripted;

/// What an order and its first channel are called.
const ID: &str = "0f0f-1";
const CHANNEL: &str = "offhook-dial-0f0f-1";
const ACCEPTED: &[u8] =
    b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n";
const LET_IN: &[u8] = b"Content-Type: auth/request\n\nContent-Type: command/reply\n\
                        Reply-Text: +OK accepted\n\n";

fn at(seconds: i64) -> UnixMillis {
    UnixMillis(1_795_000_000_000 + seconds * 1000)
}

fn asterisk() -> ami::Session {
    let mut session = ami::Session::new(ami::Login::new("cti", "secret"), Trunks::default());
    session.opened(at(0));
    session.receive(ACCEPTED, at(0));
    session
}

fn freeswitch() -> esl::Session {
    let secret = "secret".to_owned();
    let mut session = esl::Session::new(esl::Login { secret }, Trunks::default());
    session.opened(at(0));
    session.receive(LET_IN, at(0));
    session
}

/// Orders, and says what is sent for it.
fn order(session: &mut dyn Session) -> String {
    while session.next().is_some() {}
    session.take_output();
    let order = Originate {
        id: ID.to_owned(),
        channel: "Local/101@phones".to_owned(),
        context: "phones".to_owned(),
        number: "0089123".to_owned(),
        phone: "101".to_owned(),
    };
    session.originate(&order, at(0));
    String::from_utf8(session.take_output().unwrap_or_default()).unwrap()
}

/// What is told from now on, in short; of calls only how they begin.
fn told(session: &mut dyn Session) -> Vec<String> {
    let short = |told| match told {
        Told::Dialling { id, said } => {
            assert_eq!(id, ID);
            Some(match said {
                Dialling::Taken => "taken".to_owned(),
                Dialling::Rings => "rings".to_owned(),
                Dialling::PickedUp { call } => format!("up {call}"),
                Dialling::Failed(why) => format!("{:?} {}", why.trouble, why.text),
            })
        }
        Told::Event(event) => match event.said {
            Said::NewCall(new) => Some(format!("call {} {} {}", event.call, new.from, new.to)),
            _ => None,
        },
        _ => None,
    };
    std::iter::from_fn(|| session.next())
        .filter_map(short)
        .collect()
}

/// What a PBX said in a recording, with these put in another's place.
fn recorded(pbx: &str, name: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let capture = captures::load(pbx, name);
    let bytes = &capture.connections[0].bytes;
    let mut text = String::from_utf8(bytes.clone()).unwrap();
    for (old, new) in others {
        assert!(text.contains(old), "{old} in {name}");
        text = text.replace(old, new);
    }
    text.into_bytes()
}

/// Hears all of it, in pieces of this size.
fn hear(session: &mut dyn Session, bytes: &[u8], size: usize) -> Vec<String> {
    for piece in bytes.chunks(size) {
        session.receive(piece, at(1));
    }
    told(session)
}

#[test]
fn what_a_running_asterisk_said() {
    let up = format!("up {CHANNEL}");
    let call = format!("call {CHANNEL} 101 494066969222");
    for (name, first, expected) in [
        (
            "click2dial_answered",
            "1795347303.131",
            vec!["rings", &up, &call],
        ),
        (
            "click2dial_agent_ignores",
            "1795347313.133",
            vec!["rings", "NoAnswer 19 User alerting, no answer"],
        ),
    ] {
        let said = recorded("asterisk", name, &[(first, CHANNEL), ("lab-2", CHANNEL)]);
        for size in [1, 7, said.len()] {
            let mut session = asterisk();
            order(&mut session);
            assert_eq!(hear(&mut session, &said, size), expected, "{name} {size}");
            assert_eq!(session.followed(), 0, "{name}");
        }
    }
}

#[test]
fn the_action() {
    let sent = order(&mut asterisk());
    for field in [
        "Action: Originate",
        "ActionID: offhook-dial-0f0f-1",
        "Channel: Local/101@phones",
        "Context: phones",
        "Exten: 0089123",
        "CallerID: \"0089123\" <101>",
        "Timeout: 30000",
        "Async: true",
        "ChannelId: offhook-dial-0f0f-1",
        "OtherChannelId: offhook-dial-0f0f-1-2",
    ] {
        assert!(sent.contains(&format!("{field}\r\n")), "{field} in {sent}");
    }
}

/// The phone is rung through a Local channel: its own channel rings, and the first one is up when
/// it is picked up.
#[test]
fn through_a_local_channel() {
    let mut session = asterisk();
    order(&mut session);
    let one = CHANNEL;
    let said = scripted(&format!(
        "new {one} {one} Local/101@phones-0;1 phones 101
        new {one}-2 {one} Local/101@phones-0;2 phones 101
        event LocalBridge LocalOneChannel=@{one} LocalTwoChannel=@{one}-2
        dial - {one} 101@phones
        new b {one} PJSIP/101-1 phones s 101
        dial {one}-2 b 101
        # the dialplan answers for itself: nobody picked up
        event Newstate Channel=Local/101@phones-0;2 Uniqueid={one}-2 Linkedid={one} ChannelState=6
        event Newstate Channel=PJSIP/101-1 Uniqueid=b Linkedid={one} ChannelState=5
        event Newstate Channel=PJSIP/101-1 Uniqueid=b Linkedid={one} ChannelState=6
        event Newstate Channel=Local/101@phones-0;1 Uniqueid={one} Linkedid={one} ChannelState=6
        event OriginateResponse ActionID={one} Response=Success Uniqueid={one}
        new x {one} PJSIP/carrier-2 from-trunk s
        dial {one} x carrier/49402
        event Newstate Channel=PJSIP/carrier-2 Uniqueid=x Linkedid={one} ChannelState=5"
    ));
    let up = format!("up {one}");
    let call = format!("call {one} 101 49402");
    assert_eq!(hear(&mut session, &said, 100), ["rings", &up, &call]);
}

#[test]
fn how_it_fails_on_an_asterisk() {
    let one = CHANNEL;
    let hangs = |uid: &str, cause: &str| {
        format!("event Hangup Channel=x Uniqueid={uid} Linkedid={one} Cause={cause}\n")
    };
    let response = |reason: &str| {
        format!("event OriginateResponse ActionID={one} Response=Failure Reason={reason}\n")
    };
    for (said, expected) in [
        // Not even a channel can be made.
        (response("0"), "Unreachable reason 0"),
        (response("1"), "NoAnswer reason 1"),
        (response("3"), "NoAnswer reason 3"),
        (response("5"), "Busy reason 5"),
        (response("8"), "Congestion reason 8"),
        // The cause knows better: declined is no congestion.
        (hangs(one, "21") + &response("8"), "Busy 21"),
        (hangs(one, "20") + &response("0"), "Unreachable 20"),
        (hangs(one, "34") + &response("8"), "Congestion 34"),
        // A cause that says nothing leaves it to the reason, or to what the phone's channel said.
        (hangs(one, "0") + &response("5"), "Busy reason 5"),
        (hangs("b", "17") + &hangs(one, "16"), "Busy 17"),
        (
            hangs("b", "19") + &hangs(&format!("{one}-2"), "0") + &hangs(one, "0"),
            "NoAnswer 19",
        ),
    ] {
        let mut session = asterisk();
        order(&mut session);
        assert_eq!(
            hear(&mut session, &scripted(&said), 50),
            [expected],
            "{said}"
        );
        assert_eq!(session.followed(), 0);
    }
}

#[test]
fn what_others_do_is_not_ours() {
    let mut session = asterisk();
    order(&mut session);
    let said = scripted(
        "event OriginateResponse ActionID=offhook-dial-other Response=Failure Reason=5
        event OriginateResponse ActionID=lab-2 Response=Failure Reason=5
        new a a PJSIP/102-1 phones s 102
        event Newstate Channel=PJSIP/102-1 Uniqueid=a Linkedid=a ChannelState=5
        hang a 17",
    );
    assert_eq!(hear(&mut session, &said, 50), [""; 0]);
    let mut session = freeswitch();
    order(&mut session);
    let said = job("other", "-ERR USER_BUSY\n") + &event("CHANNEL_PROGRESS", "a", None);
    assert_eq!(hear(&mut session, said.as_bytes(), 50), [""; 0]);
}

#[test]
fn taken_or_refused() {
    let answer = |text: &str| format!("Response: {text}\r\nActionID: {CHANNEL}\r\n\r\n");
    for (said, expected) in [
        (answer("Success"), "taken"),
        (
            answer("Error\r\nMessage: Permission denied"),
            "Refused Permission denied",
        ),
    ] {
        let mut session = asterisk();
        order(&mut session);
        assert_eq!(hear(&mut session, said.as_bytes(), 9), [expected]);
    }
    for (reply, expected) in [
        (format!("+OK Job-UUID: {ID}"), "taken"),
        (
            "-ERR permission denied".to_owned(),
            "Refused permission denied",
        ),
    ] {
        let mut session = freeswitch();
        order(&mut session);
        let said = format!("Content-Type: command/reply\nReply-Text: {reply}\n\n");
        assert_eq!(hear(&mut session, said.as_bytes(), 9), [expected]);
    }
}

#[test]
fn the_command() {
    let sent = order(&mut freeswitch());
    assert_eq!(
        sent,
        "bgapi originate {origination_caller_id_number=0089123,effective_caller_id_number=101,\
         originate_timeout=30,offhook_dial=0f0f-1}Local/101@phones 0089123 XML phones\n\
         Job-UUID: 0f0f-1\n\n"
    );
}

/// An event of a channel, one that was made for an order or not.
fn event(name: &str, channel: &str, order: Option<&str>) -> String {
    let order = order.map_or_else(String::new, |id| format!("variable_offhook_dial: {id}\n"));
    let body = format!(
        "Event-Name: {name}\nUnique-ID: {channel}\nCall-Direction: outbound\n\
         Channel-Name: sofia/internal/101%40pbx\nCaller-Destination-Number: 101\n{order}\n"
    );
    framed(&body)
}

fn job(id: &str, result: &str) -> String {
    let length = result.len();
    framed(&format!(
        "Event-Name: BACKGROUND_JOB\nJob-UUID: {id}\nJob-Command: originate\n\
         Content-Length: {length}\n\n{result}"
    ))
}

fn framed(body: &str) -> String {
    let length = body.len();
    format!("Content-Length: {length}\nContent-Type: text/event-plain\n\n{body}")
}

/// The leg has the order's id among its variables, and the job is over once it is picked up.
#[test]
fn what_a_running_freeswitch_said() {
    let (first, marked) = (
        "variable_originate_timeout: 12",
        "variable_offhook_dial: 0f0f-1  ",
    );
    let leg = "fb0a1b5b-09ed-4190-a125-cf3439062b95";
    let up = format!("up {leg}");
    let call = format!("call {leg} 101 494066969222");
    for (name, result, expected) in [
        (
            "click2dial_answered",
            format!("+OK {leg}\n"),
            vec!["rings", &up, &call],
        ),
        (
            "click2dial_agent_ignores",
            "-ERR NO_ANSWER\n".to_owned(),
            vec!["rings", "NoAnswer NO_ANSWER"],
        ),
    ] {
        let mut said = recorded("freeswitch", name, &[(first, marked.trim_end())]);
        said = fitted(&said);
        said.extend(job(ID, &result).into_bytes());
        for size in [1, 7, said.len()] {
            let mut session = freeswitch();
            order(&mut session);
            assert_eq!(hear(&mut session, &said, size), expected, "{name} {size}");
            assert_eq!(session.followed(), 0, "{name}");
        }
    }
}

/// The same frames with the lengths that they have now.
fn fitted(said: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(said.to_vec()).unwrap();
    let mut frames = text.split("Content-Length: ");
    let first = frames.next().unwrap().to_owned();
    let again = frames.map(|frame| {
        let (_, rest) = frame.split_once('\n').unwrap();
        let (head, body) = rest.split_once("\n\n").unwrap();
        format!("Content-Length: {}\n{head}\n\n{body}", body.len())
    });
    std::iter::once(first)
        .chain(again)
        .collect::<String>()
        .into_bytes()
}

#[test]
fn how_it_fails_on_a_freeswitch() {
    for (cause, expected) in [
        ("USER_NOT_REGISTERED", "Unreachable"),
        ("SUBSCRIBER_ABSENT", "Unreachable"),
        ("NO_ANSWER", "NoAnswer"),
        ("USER_BUSY", "Busy"),
        ("CALL_REJECTED", "Busy"),
        ("NORMAL_CIRCUIT_CONGESTION", "Congestion"),
        ("CHAN_NOT_IMPLEMENTED", "Refused"),
    ] {
        let mut session = freeswitch();
        order(&mut session);
        let said = job(ID, &format!("-ERR {cause}\n"));
        let expected = format!("{expected} {cause}");
        assert_eq!(hear(&mut session, said.as_bytes(), 9), [expected]);
        assert_eq!(session.followed(), 0);
    }
}

/// Of two registrations of one phone the one that is picked up counts; the loser is no failure.
#[test]
fn two_phones_of_one_extension() {
    let mut session = freeswitch();
    order(&mut session);
    let said = [
        event("CHANNEL_CREATE", "a", Some(ID)),
        event("CHANNEL_CREATE", "b", Some(ID)),
        event("CHANNEL_PROGRESS", "b", Some(ID)),
        event("CHANNEL_PROGRESS", "a", Some(ID)),
        event("CHANNEL_ANSWER", "b", Some(ID)),
        event("CHANNEL_HANGUP_COMPLETE", "a", Some(ID)),
        job(ID, "+OK b\n"),
    ];
    assert_eq!(
        hear(&mut session, said.concat().as_bytes(), 40),
        ["rings", "up b"]
    );
}

#[test]
fn an_order_ends_with_the_connection_or_its_time() {
    let sessions: [fn() -> Box<dyn Session>; 2] =
        [|| Box::new(asterisk()), || Box::new(freeswitch())];
    for session in sessions {
        let mut broken = session();
        order(&mut *broken);
        broken.closed(at(1));
        assert_eq!(told(&mut *broken), ["Silent the connection broke"]);
        let mut mute = session();
        order(&mut *mute);
        mute.receive(b"\n", at(29));
        mute.poll(at(44));
        assert_eq!(told(&mut *mute), [""; 0]);
        assert!(mute.wake_at() <= Some(at(45)));
        mute.poll(at(45));
        assert_eq!(told(&mut *mute), ["Silent "]);
    }
}
